import fc from "fast-check";
import { expect, test } from "vitest";
import { minutesOf, spanOf } from "../../../src/core/time/span.ts";

test.each([
  ["60m", 60],
  ["90 min", 90],
  ["2h", 120],
  ["2 hours", 120],
  ["1.5h", 90],
  ["1h30m", 90],
  ["2 hours and 30 minutes", 150],
  ["1 day, 2 hours", 26 * 60],
  ["an hour", 60],
  ["half an hour", 30],
  ["one day", 24 * 60],
  ["1d", 24 * 60],
  ["0.5d", 12 * 60],
  ["2w", 14 * 24 * 60],
  ["0m", 0],
])("%j is a stretch of time", (text, minutes) => {
  const span = spanOf(text);
  expect(span && minutesOf(span)).toBe(minutes);
});

test.each([
  "",
  "m",
  "and",
  "2",
  "2 months",
  "2 hour ago",
  "h2",
  "-1h",
  "999999h",
  "checkout",
  "1m 1m 1m 1m 1m",
  "1e3m",
])("%j is none", (text) => {
  expect(spanOf(text)).toBeNull();
});

test("however it is written, it is as long", () => {
  const unit = fc.constantFrom(["m", "minutes", "mins"], ["h", "hours", "hrs"], ["d", "days"], ["w", "weeks"]);
  fc.assert(
    fc.property(fc.nat(99_999), unit, (many, names) => {
      const all = names.flatMap((it) => [spanOf(`${many}${it}`), spanOf(`${many} ${it.toUpperCase()}`)]);
      expect(new Set(all.map((it) => it && minutesOf(it))).size).toBe(1);
      expect(all).not.toContain(null);
    }),
  );
});
