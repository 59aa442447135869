import fc from "fast-check";
import { expect, test } from "vitest";
import { type Ending, none, recover, type Setbacks } from "../../../src/kubernetes/follow/recovery.ts";

const hours = 3_600_000;
const ending = (it: Partial<Ending>): Ending => ({
  of: "watch",
  how: "closed",
  opened: true,
  said: true,
  lastedMs: 10_000,
  retryAfterMs: null,
  ...it,
});
const unopened = { opened: false, said: false, lastedMs: 0 };
const hasty = { said: false, lastedMs: 20 };
const earlier = (failures: number, hastyBefore = 0): Setbacks => ({ failures, hasty: hastyBefore });

test.each<[string, Setbacks, Partial<Ending>, "resume" | "relist", "broken" | "fine", number]>([
  ["a watch whose time is up goes on", none, {}, "resume", "fine", 500],
  [
    "a watch that was quiet for its whole time goes on",
    none,
    { said: false, lastedMs: 400_000 },
    "resume",
    "fine",
    500,
  ],
  ["a close at once without a word is tried again", none, hasty, "resume", "fine", 500],
  ["a second one waits longer", earlier(0, 1), hasty, "resume", "fine", 1000],
  ["a third one casts doubt on the resource version", earlier(0, 2), hasty, "relist", "broken", 500],
  ["a connection that breaks is resumed within a second", none, { how: "unreachable" }, "resume", "broken", 500],
  [
    "a server that cannot be reached again may be another one",
    earlier(1),
    { how: "unreachable", ...unopened },
    "relist",
    "broken",
    1000,
  ],
  ["a connection that breaks again and again is doubted", earlier(2), { how: "unreachable" }, "relist", "broken", 2000],
  ["an error within the stream is resumed", none, { how: "server-error" }, "resume", "broken", 500],
  ["an error instead of the stream is not", none, { how: "server-error", ...unopened }, "relist", "broken", 500],
  ["a forgotten resource version means to list again", none, { how: "expired" }, "relist", "broken", 500],
  ["so does a resource version that is refused", none, { how: "refused", ...unopened }, "relist", "broken", 500],
  ["so does silence", none, { how: "silent", said: false, lastedMs: 20_000 }, "relist", "broken", 500],
  ["so does an answer nobody can read", none, { how: "garbage" }, "relist", "broken", 500],
  ["a lost permission keeps the place", earlier(5), { how: "forbidden", ...unopened }, "resume", "broken", 10_000],
  ["a lost credential keeps the place", earlier(1), { how: "unauthorized", ...unopened }, "resume", "broken", 1000],
  [
    "a busy server is not asked for the whole list",
    earlier(9),
    { how: "throttled", ...unopened },
    "resume",
    "broken",
    10_000,
  ],
  [
    "a list that fails is read again",
    earlier(1),
    { of: "list", how: "throttled", ...unopened },
    "relist",
    "broken",
    1000,
  ],
  [
    "a healthy time ends the row of failures",
    earlier(9),
    { how: "unreachable", lastedMs: 30_000 },
    "resume",
    "broken",
    500,
  ],
  [
    "a long list is no healthy time",
    earlier(9),
    { of: "list", how: "unreachable", lastedMs: 60_000 },
    "relist",
    "broken",
    10_000,
  ],
  [
    "what the server asks for is waited",
    none,
    { how: "throttled", ...unopened, retryAfterMs: 7_000 },
    "resume",
    "broken",
    7_000,
  ],
  ["but not for hours", none, { how: "throttled", ...unopened, retryAfterMs: 5 * hours }, "resume", "broken", 60_000],
  [
    "what nothing rests on and may not be read is tried again soon",
    earlier(3),
    { of: "list", how: "forbidden", ...unopened, dispensable: true },
    "relist",
    "broken",
    4_000,
  ],
  [
    "and then seldom",
    earlier(4),
    { of: "list", how: "forbidden", ...unopened, dispensable: true },
    "relist",
    "broken",
    600_000,
  ],
  [
    "unless it is the server that is away",
    earlier(4),
    { of: "list", how: "unreachable", ...unopened, dispensable: true },
    "relist",
    "broken",
    8_000,
  ],
])("%s", (_, before, ended, next, state, longestMs) => {
  const step = recover(before, ending(ended), 1);
  expect({ next: step.next, state: step.broken ? "broken" : "fine", waitMs: step.waitMs }).toEqual({
    next,
    state,
    waitMs: longestMs,
  });
});

test("a close in good order between two hasty ones ends their row", () => {
  const first = recover(none, ending(hasty), 0.5).setbacks;
  const second = recover(first, ending({}), 0.5).setbacks;
  expect(recover(second, ending(hasty), 0.5).setbacks.hasty).toBe(1);
});

test("whatever happens, the wait is at least a quarter second and at most a minute, and failures never stop the retries", () => {
  const kinds = [
    "closed",
    "unreachable",
    "silent",
    "unauthorized",
    "forbidden",
    "expired",
    "throttled",
    "server-error",
    "refused",
    "garbage",
  ] as const;
  const endings = fc.record({
    of: fc.constantFrom("list" as const, "watch" as const),
    how: fc.constantFrom(...kinds),
    opened: fc.boolean(),
    said: fc.boolean(),
    lastedMs: fc.nat(),
    retryAfterMs: fc.option(fc.nat()),
  });
  fc.assert(
    fc.property(
      fc.array(endings, { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (all, random) => {
        let setbacks = none;
        for (const it of all) {
          const step = recover(setbacks, it, random);
          setbacks = step.setbacks;
          expect(step.waitMs).toBeGreaterThanOrEqual(250);
          expect(step.waitMs).toBeLessThanOrEqual(60_000);
        }
      },
    ),
  );
});

test("servers that were cut off together do not come back together", () => {
  const waits = [0, 0.25, 0.5, 0.75].map((it) => recover(none, ending({ how: "unreachable" }), it).waitMs);
  expect(new Set(waits).size).toBe(4);
});
