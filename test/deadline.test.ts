import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { deadlineIn, unlessLate, unlessStopped } from "../src/deadline.ts";

const never = async () => Promise.withResolvers<never>().promise;

describe("a deadline", () => {
  test("is over when its time has come, and says so by name", async () => {
    using deadline = deadlineIn(5);
    await expect(unlessStopped(never(), deadline.signal)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("is over as soon as one of its stops is, with that one's reason", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    using deadline = deadlineIn(60_000, one.signal, other.signal);
    other.abort(new Error("we are closing"));
    expect(deadline.signal.reason).toEqual(new Error("we are closing"));
  });

  test("is over from the first when a stop was before", () => {
    using deadline = deadlineIn(60_000, AbortSignal.abort(new Error("we are closing")));
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.signal.reason).toEqual(new Error("we are closing"));
  });

  test("disturbs nobody after the block that set it", async () => {
    const stop = new AbortController();
    const signal = (() => {
      using deadline = deadlineIn(5, stop.signal);
      return deadline.signal;
    })();
    await wait(20);
    stop.abort();
    expect(signal.aborted).toBe(false);
  });
});

describe("what is waited for", () => {
  test("in time is what it is", async () => {
    await expect(unlessLate(Promise.resolve(7), 1_000)).resolves.toBe(7);
  });

  test("too long is null", async () => {
    await expect(unlessLate(never(), 5)).resolves.toBeNull();
  });

  test("may fail", async () => {
    await expect(unlessLate(Promise.reject(new Error("gone")), 1_000)).rejects.toThrow("gone");
  });
});
