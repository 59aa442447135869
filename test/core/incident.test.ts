import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { incidentId, isKeptCurrent, lookedBackTo, openedIn, opensAnew } from "../../src/core/incident.ts";
import { hour, now } from "./given.ts";

const day = 24 * hour;

describe("what changed is kept current", () => {
  test.each<[string, number | null, number]>([
    ["until its channel is a day old", now - 2 * hour, now + 22 * hour],
    ["for a day where nobody knows how old the channel is", null, now + day],
    ["not at all in a channel that is older", now - 30 * day, now],
    ["for no longer than a day, also by a clock that is ahead", now, now + day],
  ])("%s", (_, createdAt, until) => {
    const incident = openedIn("C0INC", createdAt, now);
    expect(incident).toEqual({ channel: "C0INC", openedAt: now, until });
    expect(isKeptCurrent(incident, Math.max(now, until - 1))).toBe(until > now);
    expect(isKeptCurrent(incident, until)).toBe(false);
  });
});

test("it looks back an hour from when somebody first spoke to us, however long it goes on", () => {
  expect(lookedBackTo(openedIn("C0INC", null, now))).toBe(now - hour);
});

describe("another word to us", () => {
  test("in a young channel begins nothing new while the first is current", () => {
    const incident = openedIn("C0INC", now - hour, now);
    expect(opensAnew(incident, now + 23 * hour - 1)).toBe(false);
    expect(opensAnew(incident, now + 23 * hour)).toBe(true);
  });

  test("in a channel where incidents come and go begins the next one after an hour", () => {
    const incident = openedIn("C0INC", now - 400 * day, now);
    expect(opensAnew(incident, now + hour - 1)).toBe(false);
    expect(opensAnew(incident, now + hour)).toBe(true);
  });

  test("is never answered by two that have one name", () => {
    const span = fc.integer({ min: 0, max: 3 * day });
    fc.assert(
      fc.property(fc.option(span), fc.array(span), (age, waits) => {
        let [time, last] = [now, openedIn("C0INC", age === null ? null : now - age, now)];
        const names = [incidentId(last)];
        for (const wait of waits) {
          time += wait;
          if (!opensAnew(last, time)) continue;
          last = openedIn("C0INC", age === null ? null : now - age, time);
          names.push(incidentId(last));
        }
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
