import fc from "fast-check";
import { expect, test } from "vitest";
import { createWorld, type Fate } from "./world.ts";

type World = ReturnType<typeof createWorld>;
type Act = { readonly name: string; readonly run: (world: World) => void };

const act = <T>(name: string, of: fc.Arbitrary<T>, run: (world: World, given: T) => void): fc.Arbitrary<Act> =>
  of.map((given) => ({ name: `${name} ${JSON.stringify(given)}`, run: (world) => run(world, given) }));

const templates = fc.constantFrom("good", "bad", "dire");
const index = fc.nat(8);
const replica = fc.constantFrom(0, 1);
const fate = fc.constantFrom<Fate>("answered", "answered", "answered", "answer lost", "late", "never");
const nothing = fc.constant(null);

const acts = fc.oneof(
  { weight: 12, arbitrary: act("step", fc.tuple(replica, fate), (it, [which, how]) => it.acts.step(which, how)) },
  {
    weight: 4,
    arbitrary: act("wait", fc.constantFrom(1_000, 3_000, 5_000, 31_000, 61_000, 700_000), (it, ms) => it.acts.wait(ms)),
  },
  { weight: 3, arbitrary: act("confirm", templates, (it, name) => it.acts.confirm(name)) },
  act("confirm again", index, (it, which) => it.acts.confirmAgain(which)),
  act("abort", index, (it, which) => it.acts.abort(which)),
  act("undo", index, (it, which) => it.acts.undo(which)),
  act("deploy", templates, (it, name) => it.acts.deploy(name)),
  act("touch", nothing, (it) => it.acts.touch()),
  act("pause", nothing, (it) => it.acts.pause()),
  act("recreate", nothing, (it) => it.acts.recreate()),
  act("undo by hand", index, (it, which) => it.acts.undoByHand(which)),
  act("crash", replica, (it, which) => it.acts.crash(which)),
  { weight: 3, arbitrary: act("land", index, (it, which) => it.acts.land(which)) },
  act("sight", nothing, (it) => it.acts.sight()),
  act("permission", nothing, (it) => it.acts.permission()),
);

test("whatever happens: one change at most, one operation at a time, no success without proof, and an end", () => {
  const ends: Record<string, number> = {};
  fc.assert(
    fc.property(
      fc.array(acts, { minLength: 5, maxLength: 80, size: "max" }),
      fc.boolean(),
      fc.subarray(["good", "bad", "dire"]),
      (story, webhook, unhealthy) => {
        const world = createWorld({ webhook, unhealthy });
        for (const it of story) {
          it.run(world);
          world.check();
        }
        expect(world.finish()).toBe(true);
        for (const { progress } of world.operations()) ends[progress.state] = (ends[progress.state] ?? 0) + 1;
      },
    ),
    { numRuns: 3_000 },
  );
  const all = ["expired", "failed", "refused", "restored", "voided"];
  expect(Object.keys(ends)).toEqual(expect.arrayContaining(all)); // or the stories are too tame to prove anything
});
