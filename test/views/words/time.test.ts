import { describe, expect, test } from "vitest";
import { inOffset, inZone, lately, when } from "../../../src/views/words/time.ts";

const at = Date.UTC(2026, 9, 25, 0, 30, 0);

test.each([
  [at, "Europe/Berlin", "2026-10-25 02:30 Europe/Berlin", "2026-10-25 02:30 +02:00"],
  [at + 3_600_000, "Europe/Berlin", "2026-10-25 02:30 Europe/Berlin", "2026-10-25 02:30 +01:00"],
  [at + 7_000, "UTC", "2026-10-25 00:30:07 UTC", "2026-10-25 00:30:07 +00:00"],
  [at, "Asia/Kolkata", "2026-10-25 06:00 Asia/Kolkata", "2026-10-25 06:00 +05:30"],
])("%i in %s is %s, or %s", (time, zone, named, offset) => {
  expect(inZone(time, zone)).toBe(named);
  expect(inOffset(time, zone)).toBe(offset);
});

test("Slack writes a time in the reader's own zone, and has one to fall back on", () => {
  expect(when(at + 999)).toBe("<!date^1792888200^{date_short_pretty} {time}|2026-10-25 00:30:00 UTC>");
});

describe("a stretch of time is said exactly", () => {
  test.each([
    [1, "last minute"],
    [45, "last 45 minutes"],
    [60, "last hour"],
    [90, "last 90 minutes"],
    [120, "last 2 hours"],
    [1_440, "last day"],
    [2_160, "last 36 hours"],
    [43_200, "last 30 days"],
  ])("%i minutes are the %s", (minutes, expected) => {
    expect(lately(minutes)).toBe(expected);
  });
});
