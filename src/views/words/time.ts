import type { EpochMs } from "../../core/workload.ts";

/** Slack writes it in the reader's own words and time zone; clients that cannot show the fallback. */
export function ago(at: EpochMs): string {
  return `<!date^${Math.floor(at / 1000)}^{ago}|${utc(at)}>`;
}

/** The day and the time, in the reader's own time zone. */
export function when(at: EpochMs): string {
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${utc(at)}>`;
}

/** As clocks in that zone show it, with its name: "2026-11-23 14:00 Europe/Berlin". Seconds only where there are any. */
export function inZone(at: EpochMs, zone: string): string {
  return `${clockTime(at, zone)} ${zone}`;
}

/** The same with the distance to UTC, which tells a time from the same one an hour later. */
export function inOffset(at: EpochMs, zone: string): string {
  return `${clockTime(at, zone)} ${local(at, zone).offset}`;
}

function clockTime(at: EpochMs, zone: string): string {
  const there = local(at, zone);
  const smallestUnit = there.second === 0 ? "minute" : "second";
  return there.toPlainDateTime().toString({ smallestUnit }).replace("T", " ");
}

function local(at: EpochMs, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

export function utc(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** For sentences that are read aloud: "12 minutes", the largest unit only. */
export function duration(ms: number): string {
  const [unit, size] = units.find(([, it]) => ms >= it) ?? (["second", 1_000] as const);
  return count(Math.max(0, Math.floor(ms / size)), unit);
}

/** How long something took, to the second as long as that matters: "38 s", "1 min 12 s", "2 h 5 min". */
export function took(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${hours} h ${minutes % 60} min`;
}

/** "12 minutes ago", or "just now". */
export function sinceThen(ms: number): string {
  return ms < 1_000 ? "just now" : `${duration(ms)} ago`;
}

/** "last 90 minutes", "last 2 hours", "last day": the largest unit that says it exactly. */
export function lately(minutes: number): string {
  const [unit, size] = (
    [
      ["day", 1_440],
      ["hour", 60],
    ] as const
  ).find(([, it]) => minutes % it === 0) ?? ["minute", 1];
  return minutes === size ? `last ${unit}` : `last ${count(minutes / size, unit)}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
