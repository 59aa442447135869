import fc from "fast-check";
import { expect, test } from "vitest";
import type { Commit, Store } from "../../src/ports.ts";
import { hour, noon, text } from "./given.ts";
import { createModel } from "./model.ts";

const name = fc.constantFrom("a", "a/b", "a/c", "b", "é", "%");
const key = name.map(text);
const prefix = fc.constantFrom("", "a", "a/", "é");
const at = fc.integer({ min: 1, max: 40 });
const value = fc.string({ maxLength: 3 });
const few = { maxLength: 3 };
const page = fc.record({ after: fc.option(name), limit: fc.integer({ min: 1, max: 3 }) });

/** Ids and versions out of one small set: so versions are right now and then, and ids are used again. */
const id = fc.integer({ min: 1, max: 30 }).map((it) => `c${it}`);

const change: fc.Arbitrary<Commit> = fc.record({
  id,
  expect: fc.array(fc.record({ key, version: fc.option(id) }), { maxLength: 1 }),
  put: fc.uniqueArray(
    fc.record({ key, value, expiresAt: at.map((it) => noon + it * 10 * 60_000) }, { requiredKeys: ["key", "value"] }),
    { ...few, selector: (it) => it.key.name },
  ),
  append: fc.array(fc.record({ log: key, at, value }), few),
  index: fc.record({ drop: fc.array(name, few), add: fc.array(name, few) }),
  trim: fc.array(fc.record({ log: key, horizon: at }), { maxLength: 1 }),
});

type OpenStore = (clock: { readonly now: () => number }) => Store & AsyncDisposable;

type Step =
  | { readonly kind: "commit"; readonly change: Commit }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "remove"; readonly id: string; readonly name: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: change.map((it): Step => ({ kind: "commit", change: it })) },
  fc.integer({ min: 1, max: 2 * hour }).map((ms): Step => ({ kind: "wait", ms })),
  fc.record({ id, name }).map((it): Step => ({ kind: "remove", ...it })),
);

/** Whatever is done to it, it answers as a naive model in memory does. */
export function followsModel(open: OpenStore): void {
  test("answers as plain maps do, after any sequence of changes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), prefix, page, async (steps, start, part) => {
        let now = noon;
        const clock = { now: () => now };
        await using store = open(clock);
        const model = createModel(clock);
        for (const it of steps) {
          now += it.kind === "wait" ? it.ms : 0;
          const next = commitOf(it);
          expect(await store.commit(next)).toBe(await model.commit(next));
        }
        expect(await answers(store, { start, part })).toEqual(await answers(model, { start, part }));
      }),
      { numRuns: 150 },
    );
  });
}

function commitOf(it: Step): Commit {
  switch (it.kind) {
    case "commit":
      return it.change;
    case "remove":
      return { id: it.id, remove: [text(it.name)] };
    case "wait":
      return { id: "nothing" };
  }
}

type Part = { readonly after: string | null; readonly limit: number };

async function answers(
  store: Omit<Store, "durability">,
  { start, part }: { readonly start: string; readonly part: Part },
) {
  const names = ["a", "a/b", "a/c", "b", "é", "%"];
  const seen = await Promise.all([
    store.list(text(start), part),
    store.find(start, part),
    store.find("", { after: null, limit: 100 }),
    ...names.map((it) => store.read(text(it))),
    ...names.map((it) => store.range(text(it), { before: null, limit: 100 })),
    ...names.map((it) => store.range(text(it), { before: 20, limit: 2 })),
  ]);
  return JSON.stringify(seen);
}
