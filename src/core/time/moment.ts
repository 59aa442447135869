import type { EpochMs } from "../workload.ts";
import type { ClockTime, Day, Spoken } from "./spoken.ts";

/** When somebody asks, and the IANA name of the zone in which they mean what they say. */
export type Reading = { readonly now: EpochMs; readonly zone: string };

/** Which moment a spoken time is, in the zone it was meant in. What has two readings is not decided here. */
export type Meant = Moments & { readonly zone: string };

type Moments =
  | { readonly kind: "moment"; readonly at: EpochMs }
  | { readonly kind: "future"; readonly at: EpochMs }
  /** The clocks were set back, so this time came twice. */
  | { readonly kind: "twice"; readonly local: string; readonly at: readonly EpochMs[] }
  /** The clocks were set forward at `jump`, past this time. */
  | { readonly kind: "skipped"; readonly local: string; readonly jump: EpochMs }
  /** A day without a time: when it began, its noon and its end, as far as they have been. */
  | { readonly kind: "whole day"; readonly local: string; readonly at: readonly EpochMs[] }
  /** Before 1970: no cluster runs that long. */
  | { readonly kind: "too early" };

export function momentOf(spoken: Spoken, { now, zone: asked }: Reading): Meant {
  const zone = (spoken.kind === "clock" ? spoken.zone : null) ?? asked;
  const moments = momentsOf(spoken, now, zone);
  const isEarly = "at" in moments && [moments.at].flat().some((it) => it < 0);
  return { zone, ...(isEarly ? { kind: "too early" } : moments) };
}

function momentsOf(spoken: Spoken, now: EpochMs, zone: string): Moments {
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  switch (spoken.kind) {
    case "ago":
      return { kind: "moment", at: here.subtract(spoken.span).epochMilliseconds };
    case "instant":
      return { kind: spoken.at > now ? "future" : "moment", at: spoken.at };
    case "clock": {
      const days = daysOf(spoken.day, here.toPlainDate());
      return spoken.time === null ? wholeDay(days, now, zone) : onClock(days, spoken.time, now, zone);
    }
  }
}

/** The days that may be meant, the likeliest first: without a year, or without a day at all, the latest that has been. */
function daysOf(day: Day | null, today: Temporal.PlainDate): Days {
  if (day === null) return [today, today.subtract({ days: 1 })];
  switch (day.kind) {
    case "days ago":
      return [today.subtract({ days: day.days })];
    case "weekday": {
      const back = (today.dayOfWeek - day.weekday + 7) % 7;
      const latest = today.subtract({ days: back === 0 && day.last ? 7 : back });
      return [latest, latest.subtract({ days: 7 })];
    }
    case "date": {
      const { year, month, day: dayOfMonth } = day;
      if (year !== null) return [Temporal.PlainDate.from({ year, month, day: dayOfMonth })];
      const years = Array.from({ length: 9 }, (_, back) => today.year - back); // 29 February: up to 8 years back
      const [first = today, ...more] = years
        .map((it) => Temporal.PlainDate.from({ year: it, month, day: dayOfMonth }))
        .filter((it) => it.day === dayOfMonth);
      return [first, ...more];
    }
  }
}

type Days = readonly [Temporal.PlainDate, ...Temporal.PlainDate[]];

function onClock(days: Days, time: ClockTime, now: EpochMs, zone: string): Moments {
  const each = days.map((it) => onDay(it.toPlainDateTime(time), now, zone));
  const [first] = each;
  return each.find((it) => it.kind !== "future") ?? first ?? { kind: "too early" };
}

/** The one or two moments at which clocks there show this; none where they were set forward past it. */
function onDay(local: Temporal.PlainDateTime, now: EpochMs, zone: string): Moments {
  const [earlier, later] = (["earlier", "later"] as const).map((disambiguation) =>
    local.toZonedDateTime(zone, { disambiguation }),
  );
  if (!earlier || !later) return { kind: "too early" };
  const [first, second] = [earlier.epochMilliseconds, later.epochMilliseconds];
  if (first > now) return { kind: "future", at: first };
  if (!earlier.toPlainDateTime().equals(local)) {
    const jump = earlier.getTimeZoneTransition("next")?.epochMilliseconds ?? second;
    return jump > now ? { kind: "future", at: second } : { kind: "skipped", local: shown(local), jump };
  }
  if (first === second || second > now) return { kind: "moment", at: first };
  return { kind: "twice", local: shown(local), at: [first, second] };
}

function wholeDay(days: Days, now: EpochMs, zone: string): Moments {
  const day = days.find((it) => it.toZonedDateTime(zone).epochMilliseconds <= now) ?? days[0];
  const begins = day.toZonedDateTime(zone);
  const ends = day.add({ days: 1 }).toZonedDateTime(zone);
  const noon = day.toZonedDateTime({ timeZone: zone, plainTime: { hour: 12 } });
  const at = [begins, noon, ends].map((it) => it.epochMilliseconds).filter((it) => it <= now);
  if (at.length === 0) return { kind: "future", at: begins.epochMilliseconds };
  return { kind: "whole day", local: day.toString(), at };
}

function shown(local: Temporal.PlainDateTime): string {
  return local.toString({ smallestUnit: local.second === 0 ? "minute" : "second" }).replace("T", " ");
}

/** Whether it is the name of a time zone that we know. */
export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
