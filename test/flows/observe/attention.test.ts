import fc from "fast-check";
import { expect, test } from "vitest";
import type { Workload } from "../../../src/core/workload.ts";
import { createAttention } from "../../../src/flows/observe/attention.ts";
import { workload } from "../../core/given.ts";

const three = ["checkout", "cart", "mail"].map((name) => workload({ uid: name, name }));
const some = fc.constantFrom(...three);

/** The same, by going through all that waits each time. A turn comes with the next quarter of a second. */
function naive() {
  const now = new Set<Workload>();
  const later = new Map<Workload, number>();
  return {
    touch: (it: Workload) => void now.add(it),
    again: (it: Workload, due: number) => void later.set(it, Math.ceil(due / 250) * 250),
    next(at: number): readonly string[] {
      for (const [it, due] of later) if (due <= at) now.add(it);
      const taken = [...now];
      for (const it of taken) later.delete(it);
      now.clear();
      return taken.map(({ uid }) => uid).toSorted();
    },
  };
}

type Both = readonly Pick<ReturnType<typeof createAttention>, "touch" | "again">[];

test("each is looked at when it was touched or its time has come, once, and none is forgotten", () => {
  const touch = some.map((it) => (each: Both) => each.forEach((one) => one.touch(it)));
  const again = fc.tuple(some, fc.nat(2_000)).map(
    ([it, inMs]) =>
      (each: Both, at: number) =>
        each.forEach((one) => one.again(it, at + inMs)),
  );
  const nothing = fc.constant(() => {});
  const steps = fc.array(fc.tuple(fc.oneof(touch, again, nothing), fc.integer({ min: -300, max: 1_000 })));
  fc.assert(
    fc.property(steps, (all) => {
      const [attention, model] = [createAttention(), naive()];
      let at = 1_000_000;
      for (const [step, afterMs] of all) {
        step([attention, model], at);
        at += afterMs; // a clock can be put back
        const taken = attention.next(10, at).map(({ uid }) => uid);
        expect(taken.toSorted()).toEqual(model.next(at));
      }
    }),
  );
});

test("no more are taken than were asked for, and the rest comes next", () => {
  const attention = createAttention();
  three.forEach(attention.touch);
  expect(attention.next(2, 0)).toEqual(three.slice(0, 2));
  expect(attention.next(2, 0)).toEqual(three.slice(2));
});

test("what is not ready waits", () => {
  const attention = createAttention();
  three.forEach(attention.touch);
  expect(attention.next(10, 0, ({ name }) => name === "cart")).toEqual([three[1]]);
  expect(attention.next(10, 0)).toEqual([three[0], three[2]]);
});
