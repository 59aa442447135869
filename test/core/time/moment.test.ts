import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isZone, momentOf } from "../../../src/core/time/moment.ts";
import { spokenTime } from "../../../src/core/time/spoken.ts";

/** A Monday: 14:00 UTC, 15:00 in Berlin, 9:00 in New York. */
const now = Date.UTC(2026, 10, 23, 14, 0, 0);
const berlin = "Europe/Berlin";

function meant(text: string, zone = "UTC", at = now) {
  const spoken = spokenTime(text);
  return spoken && momentOf(spoken, { now: at, zone });
}

/** As ISO, or what else it is. */
function shown(text: string, zone?: string, at?: number): string {
  const it = meant(text, zone, at);
  if (it === null) return "no time";
  return it.kind === "moment" ? new Date(it.at).toISOString().replace(":00.000Z", "Z") : it.kind;
}

describe("a time as people say it is a moment", () => {
  test.each([
    // a time alone is the latest one that has been
    ["14:00", "2026-11-23T14:00Z"],
    ["13:59", "2026-11-23T13:59Z"],
    ["14:01", "2026-11-22T14:01Z"],
    ["at 9:30", "2026-11-23T09:30Z"],
    ["09:30:15", "2026-11-23T09:30:15.000Z"],
    ["9am", "2026-11-23T09:00Z"],
    ["9:30 AM", "2026-11-23T09:30Z"],
    ["12am", "2026-11-23T00:00Z"],
    ["12pm", "2026-11-23T12:00Z"],
    ["1:15 p.m", "2026-11-23T13:15Z"],
    ["3pm", "2026-11-22T15:00Z"],
    ["noon", "2026-11-23T12:00Z"],
    ["midnight", "2026-11-23T00:00Z"],
    // with a day
    ["today 9:30", "2026-11-23T09:30Z"],
    ["yesterday 14:00", "2026-11-22T14:00Z"],
    ["yesterday at 14:00", "2026-11-22T14:00Z"],
    ["14:00 yesterday", "2026-11-22T14:00Z"],
    ["at 2pm on sunday", "2026-11-22T14:00Z"],
    ["monday 9:30", "2026-11-23T09:30Z"],
    ["monday 15:00", "2026-11-16T15:00Z"],
    ["last monday 9:30", "2026-11-16T09:30Z"],
    ["last sunday 9:30", "2026-11-22T09:30Z"],
    ["Tue 9:30", "2026-11-17T09:30Z"],
    ["thurs 9:30", "2026-11-19T09:30Z"],
    ["23 nov 13:00", "2026-11-23T13:00Z"],
    ["23 nov 14:30", "2025-11-23T14:30Z"],
    ["nov 3 9:00", "2026-11-03T09:00Z"],
    ["3rd November 2024, 9:00", "2024-11-03T09:00Z"],
    ["on the 3rd of november at 9:00", "2026-11-03T09:00Z"],
    ["24 dec 18:00", "2025-12-24T18:00Z"],
    ["29 feb 12:00", "2024-02-29T12:00Z"],
    ["3.11.2026 9:00", "2026-11-03T09:00Z"],
    ["2026-11-03 9:00", "2026-11-03T09:00Z"],
    ["2026-11-03T09:00", "2026-11-03T09:00Z"],
    // with an offset or a zone, wherever one is
    ["2026-11-23T13:00:00Z", "2026-11-23T13:00Z"],
    ["2026-11-23T13:00Z", "2026-11-23T13:00Z"],
    ["2026-11-23T13:00:00.000Z", "2026-11-23T13:00Z"],
    ["2026-11-23T13:00:00+05:30", "2026-11-23T07:30Z"],
    ["2026-11-23 13:00 -0800", "future"],
    ["13:00 utc", "2026-11-23T13:00Z"],
    // how long ago
    ["2 hours ago", "2026-11-23T12:00Z"],
    ["about 90m ago", "2026-11-23T12:30Z"],
    ["half an hour ago", "2026-11-23T13:30Z"],
    ["2h30m ago", "2026-11-23T11:30Z"],
    ["a week ago", "2026-11-16T14:00Z"],
    // never decided by guessing
    ["today 18:00", "future"],
    ["2026-11-24 09:00", "future"],
    ["2027-01-01T00:00:00Z", "future"],
    ["yesterday", "whole day"],
    ["monday", "whole day"],
    ["2026-11-03", "whole day"],
    ["12 jan 1903 9:00", "too early"],
    ["99999 weeks ago", "too early"],
  ])("%j is %s", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test.each([
    "",
    "14",
    "24:00",
    "25:00",
    "9:60",
    "13pm",
    "0am",
    "14:00:60",
    "30 feb 9:00",
    "2026-02-30 9:00",
    "2026-13-01T00:00:00Z",
    "31 nov",
    "today", // what runs today is what runs now
    "now",
    "ago",
    "2 ago",
    "2 hours",
    "in 2 hours",
    "mo 9:30",
    "tomorrow 9:00",
    "checkout 14:00",
    "14:00 15:00",
    "v14:00",
    "1.14:00",
    "11/23 9:00",
    "sha256:3900",
  ])("%j is none", (text) => {
    expect(shown(text)).toBe("no time");
  });
});

describe("a time is meant where the asker is", () => {
  test.each([
    ["14:00", berlin, "2026-11-23T13:00Z"],
    ["15:01", berlin, "2026-11-22T14:01Z"],
    ["8:00", "America/New_York", "2026-11-23T13:00Z"],
    ["yesterday 14:00", "Asia/Kolkata", "2026-11-22T08:30Z"],
    ["13:00 UTC", berlin, "2026-11-23T13:00Z"],
    ["2026-11-23T13:00:00Z", berlin, "2026-11-23T13:00Z"],
    ["2 hours ago", "Asia/Tokyo", "2026-11-23T12:00Z"],
  ])("%j in %s is %s", (text, zone, expected) => {
    expect(shown(text, zone)).toBe(expected);
  });

  test("what day it is depends on it, too", () => {
    const night = Date.UTC(2026, 10, 23, 23, 30, 0); // Tuesday, 0:30, in Berlin
    expect(shown("monday 12:00", berlin, night)).toBe("2026-11-23T11:00Z");
    expect(shown("today 0:15", berlin, night)).toBe("2026-11-23T23:15Z");
    expect(shown("yesterday 0:15", berlin, night)).toBe("2026-11-22T23:15Z");
  });

  test("a zone said with it is the zone it is meant in", () => {
    expect(meant("13:00 utc", berlin)).toMatchObject({ zone: "UTC" });
    expect(meant("13:00", berlin)).toMatchObject({ zone: berlin });
  });
});

describe("where clocks are set", () => {
  const autumn = Date.UTC(2026, 9, 25, 12, 0, 0);
  const spring = Date.UTC(2026, 2, 29, 12, 0, 0);

  test("back, a time came twice, and both are told", () => {
    expect(meant("2:30", berlin, autumn)).toEqual({
      kind: "twice",
      local: "2026-10-25 02:30",
      zone: berlin,
      at: [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)],
    });
  });

  test("back, but the second time is not there yet: then it is the first one", () => {
    expect(shown("2:30", berlin, Date.UTC(2026, 9, 25, 1, 0))).toBe("2026-10-25T00:30Z");
  });

  test("forward, a time never was, and the moment they were set is told", () => {
    const expected = { kind: "skipped", local: "2026-03-29 02:30", zone: berlin, jump: Date.UTC(2026, 2, 29, 1, 0) };
    expect(meant("29 mar 2:30", berlin, spring)).toEqual(expected);
    expect(meant("2:30", berlin, spring)).toEqual(expected);
  });

  test("times beside it have one reading", () => {
    expect(shown("1:59", berlin, spring)).toBe("2026-03-29T00:59Z");
    expect(shown("3:00", berlin, spring)).toBe("2026-03-29T01:00Z");
    expect(shown("1:59", berlin, autumn)).toBe("2026-10-24T23:59Z");
    expect(shown("3:00", berlin, autumn)).toBe("2026-10-25T02:00Z");
  });

  test("forward, and it has not happened yet", () => {
    expect(shown("today 2:30", berlin, Date.UTC(2026, 2, 29, 0, 30))).toBe("future");
  });

  test("a day ago is the same time of the day, however long the day was", () => {
    expect(shown("1 day ago", berlin, autumn)).toBe("2026-10-24T11:00Z");
    expect(shown("24 hours ago", berlin, autumn)).toBe("2026-10-24T12:00Z");
  });

  test("a whole day begins and ends with its own midnights, and only what has been is offered", () => {
    expect(meant("yesterday", berlin, autumn)).toMatchObject({
      kind: "whole day",
      local: "2026-10-24",
      at: [Date.UTC(2026, 9, 23, 22), Date.UTC(2026, 9, 24, 10), Date.UTC(2026, 9, 24, 22)],
    });
    expect(meant("25 oct", berlin, autumn)).toMatchObject({
      at: [Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 11)],
    });
  });
});

const zones = fc.constantFrom(
  "UTC",
  berlin,
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe", // half an hour
  "Pacific/Apia", // skipped a whole day
  "America/Sao_Paulo", // changed at midnight
);
const times = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2030, 0, 1) });

test("whatever is said, no moment lies in the future", () => {
  const word = fc.constantFrom(
    ..."at on 14:00 2:30 9am noon midnight yesterday today monday last 29 31 feb nov 2026-03-29 ago 2 hours an".split(
      " ",
    ),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 5 }).map((it) => it.join(" ")),
  );
  fc.assert(
    fc.property(text, zones, times, (said, zone, at) => {
      const it = meant(said, zone, at);
      if (it === null || it.kind === "future" || it.kind === "too early") return true;
      const moments = it.kind === "skipped" ? [it.jump] : [it.at].flat();
      return moments.length > 0 && moments.every((moment) => moment <= at);
    }),
  );
});

test("a date and a time that clocks showed leads back to the moment, in every zone", () => {
  fc.assert(
    fc.property(zones, times, times, (zone, a, b) => {
      const [then, at] = [Math.min(a, b), Math.max(a, b)].map((it) => Math.floor(it / 1000) * 1000);
      if (then === undefined || at === undefined) return false;
      const local = Temporal.Instant.fromEpochMilliseconds(then).toZonedDateTimeISO(zone).toPlainDateTime();
      const it = meant(local.toString({ smallestUnit: "second" }), zone, at);
      return (it?.kind === "moment" && it.at === then) || (it?.kind === "twice" && it.at.includes(then));
    }),
    { numRuns: 1000 },
  );
});

test("a time alone is at most a day old, or a little more where clocks were set", () => {
  fc.assert(
    fc.property(zones, times, fc.nat(23), fc.nat(59), (zone, at, hour, minute) => {
      const it = meant(`${hour}:${String(minute).padStart(2, "0")}`, zone, at);
      const isOld = it?.kind === "moment" && at - it.at > 50 * 3_600_000; // Apia skipped a day
      return it !== null && it.kind !== "future" && !isOld;
    }),
  );
});

test.each([
  ["Europe/Berlin", true],
  ["UTC", true],
  ["Etc/UTC", true],
  ["", false],
  ["Mars/Base", false],
  ["<!channel>", false],
])("%j is the name of a zone: %s", (name, expected) => {
  expect(isZone(name)).toBe(expected);
});
