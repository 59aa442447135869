import fc from "fast-check";
import { expect, test } from "vitest";
import { hasEnded } from "../../../src/core/operation/operation.ts";
import type { Fate } from "./replica.ts";
import { createWorld } from "./world.ts";

const isLong = process.env["LONG"] === "1";
type Acts = ReturnType<typeof createWorld>["acts"];
type Act = { readonly name: string; readonly run: (acts: Acts) => Promise<void> };

const act = <T>(name: string, of: fc.Arbitrary<T>, run: (acts: Acts, given: T) => Promise<void>): fc.Arbitrary<Act> =>
  of.map((given) => ({ name: `${name} ${JSON.stringify(given)}`, run: async (acts) => run(acts, given) }));

const templates = fc.constantFrom("good", "bad", "dire");
const index = fc.nat(8);
const replica = fc.constantFrom(0, 1);
const answered = { weight: 8, arbitrary: fc.constant<Fate>("answered") };
const fate = fc.oneof(answered, fc.constantFrom<Fate>("answer lost", "late", "never"));

const acts = fc.oneof(
  { weight: 30, arbitrary: act("step", fc.tuple(replica, fate), async (it, [which, how]) => it.step(which, how)) },
  { weight: 3, arbitrary: act("wait", fc.constantFrom(1_000, 5_000, 31_000, 700_000), async (it, ms) => it.wait(ms)) },
  { weight: 3, arbitrary: act("confirm", templates, async (it, name) => it.confirm(name)) },
  act("confirm again", index, async (it, which) => it.confirmAgain(which)),
  act("abort", index, async (it, which) => it.abort(which)),
  act("undo", index, async (it, which) => it.undo(which)),
  act("deploy", templates, async (it, name) => it.deploy(name)),
  act("undo by hand", index, async (it, which) => it.undoByHand(which)),
  act("server", fc.constantFrom("touch", "pause", "recreate"), async (it, what) => it.server(what)),
  act("permission", fc.constant(null), async (it) => it.permission()),
  { weight: 2, arbitrary: act("crash", fc.tuple(replica, fc.boolean()), async (it, given) => it.crash(...given)) },
  { weight: 2, arbitrary: act("land", index, async (it, which) => it.land(which)) },
);

test(
  "whatever happens to clicks, replicas, the store and the cluster: one change, one at a time, no success unproven, an end",
  async () => {
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(acts, { minLength: 20, maxLength: 120, size: "max" }),
        fc.subarray(["good", "bad", "dire"]),
        async (story, unhealthy) => {
          const world = createWorld(unhealthy);
          for (const it of story) {
            await it.run(world.acts);
            await world.check();
          }
          const all = await world.finish();
          expect(all.filter((it) => !hasEnded(it.progress))).toEqual([]);
          for (const { progress } of all) ends.add(progress.state);
        },
      ),
      { numRuns: isLong ? 3_000 : 120 },
    );
    expect([...ends]).toEqual(expect.arrayContaining(["expired", "failed", "refused", "restored", "voided"])); // or the stories were too tame
  },
  isLong ? 900_000 : 60_000,
);
