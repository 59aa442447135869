import { expect, test } from "vitest";
import { createLimit } from "../../../src/http/claims/limit.ts";

test("each has so many at once, and more as time goes by", () => {
  const limit = createLimit({ perSecond: 2, burst: 3 });
  const waits = (who: string, now: number, times: number) => Array.from({ length: times }, () => limit(who, now));
  expect(waits("a", 0, 4)).toEqual([null, null, null, 1]);
  expect(limit("b", 0)).toBeNull();
  expect(waits("a", 1_000, 3)).toEqual([null, null, 1]);
  expect(waits("a", 60_000, 4)).toEqual([null, null, null, 1]);
  expect(waits("a", 59_000, 1)).toEqual([1]); // a clock that is set back gives nothing
});

test("so many are remembered, and the one that was quiet longest is forgotten", () => {
  const limit = createLimit({ perSecond: 1, burst: 1 }, 2);
  expect(["a", "b", "a", "c"].map((who) => limit(who, 0))).toEqual([null, null, 1, null]);
  expect(["a", "b"].map((who) => limit(who, 0))).toEqual([1, null]);
});
