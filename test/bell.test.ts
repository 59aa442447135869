import { expect, test } from "vitest";
import { createBell } from "../src/bell.ts";
import { systemClock } from "../src/clock.ts";

const never = new AbortController().signal;

test("a sleeper wakes when the bell rings, and each ear hears it", async () => {
  const bell = createBell();
  const ears = [bell.ear(systemClock), bell.ear(systemClock)];
  const before = performance.now();
  const sleeping = ears.map(async (it) => it.sleep(5_000, never));
  bell.ring();
  await Promise.all(sleeping);
  expect(performance.now() - before).toBeLessThan(1_000);
});

test("who was at work when it rang does not sleep over it, once", async () => {
  const bell = createBell();
  const ear = bell.ear(systemClock);
  bell.ring();
  const before = performance.now();
  await ear.sleep(5_000, never);
  expect(performance.now() - before).toBeLessThan(1_000);
  await ear.sleep(30, never);
  expect(performance.now() - before).toBeGreaterThanOrEqual(29);
});

test("a stop ends the sleep", async () => {
  const stop = AbortSignal.timeout(10);
  await createBell().ear(systemClock).sleep(5_000, stop);
  expect(stop.aborted).toBe(true);
});
