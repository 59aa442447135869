import { expect, test } from "vitest";
import { createGate } from "../../../src/kubernetes/follow/gate.ts";

const never = new AbortController().signal;

test("lets so many through at a time, in the order they came, also after one failed", async () => {
  const gate = createGate(2);
  const begun: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const all = [0, 1, 2, 3].map((it) => {
    const end = Promise.withResolvers<void>();
    ends.push(end);
    const work = async (): Promise<void> => {
      begun.push(it);
      await end.promise;
    };
    return gate.through(work, never).catch((err: unknown) => err);
  });
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error("failed"));
  await all[1];
  expect(begun).toEqual([0, 1, 2]);
  for (const end of ends) end.resolve();
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test.each(Array.from({ length: 12 }, (_, i) => i))(
  "who is stopped %i steps after the place became free takes nobody else's turn",
  async (steps) => {
    const gate = createGate(1);
    const end = Promise.withResolvers<void>();
    const stop = new AbortController();
    const first = gate.through(() => end.promise, never);
    const second = gate.through(() => Promise.resolve(), stop.signal).catch((err: unknown) => err);
    const third = gate.through(() => Promise.resolve("third"), never);
    end.resolve();
    for (let i = 0; i < steps; i += 1) await Promise.resolve();
    stop.abort();
    await Promise.all([first, second]);
    expect(await third).toBe("third");
  },
);

test("who is stopped while waiting leaves the row and takes no place", async () => {
  const gate = createGate(1);
  const end = Promise.withResolvers<void>();
  const first = gate.through(() => end.promise, never);
  const stop = new AbortController();
  const second = gate.through(() => Promise.resolve("second"), stop.signal).catch((err: unknown) => err);
  const third = gate.through(() => Promise.resolve("third"), never);
  const reason = new Error("stopped");
  stop.abort(reason);
  expect(await second).toBe(reason);
  end.resolve();
  await first;
  expect(await third).toBe("third");
  expect(await gate.through(() => Promise.resolve("fourth"), never)).toBe("fourth");
});

test("who has entered keeps the place until it leaves, and leaving twice frees it once", async () => {
  const gate = createGate(1);
  const leave = await gate.enter(never);
  const begun: number[] = [];
  const work = async (it: number): Promise<void> => void begun.push(it);
  const second = gate.enter(never);
  const third = gate.through(() => work(3), never);
  leave();
  leave();
  const leaveSecond = await second;
  expect(begun).toEqual([]);
  leaveSecond();
  await third;
  expect(begun).toEqual([3]);
});
