import type { EpochMs } from "../workload.ts";
import { type Span, spanOf } from "./span.ts";

/** A time as somebody says it: which moment it is depends on when and where they are. See moment.ts. */
export type Spoken =
  | { readonly kind: "ago"; readonly span: Span }
  | { readonly kind: "instant"; readonly at: EpochMs }
  /** `zone`: one that was said with it. A time without a day, a day without a time, or both. */
  | { readonly kind: "clock"; readonly day: Day | null; readonly time: ClockTime | null; readonly zone: string | null };

export type Day =
  | { readonly kind: "days ago"; readonly days: 0 | 1 }
  /** 1 is Monday. `last`: never today. */
  | { readonly kind: "weekday"; readonly weekday: number; readonly last: boolean }
  /** `year` null: the latest one in which it is not in the future. */
  | { readonly kind: "date"; readonly year: number | null; readonly month: number; readonly day: number };

export type ClockTime = { readonly hour: number; readonly minute: number; readonly second: number };

const mostWords = 10; // "on the 23rd of november 2026 at 9:30 am utc"

export type Phrase = { readonly spoken: Spoken; readonly from: number; readonly to: number };

/** The longest run of words that is a time, also where it is not at the end of a sentence. Null: there is none. */
export function timeIn(words: readonly string[], isName: (word: string) => boolean): Phrase | null {
  let longest: Phrase | null = null;
  for (let from = 0; from < words.length; from++) {
    for (
      let to = Math.min(words.length, from + mostWords);
      to > from + (longest ? longest.to - longest.from : 0);
      to--
    ) {
      const said = words.slice(from, to);
      const [first = ""] = said;
      if (!/^(?:at|on)$/i.test(first) && said.some(isName)) continue; // `monday` may be a service
      const spoken = spokenTime(said.join(" "));
      if (spoken) longest = { spoken, from, to };
    }
  }
  return longest;
}

/** Null when it is no time. */
export function spokenTime(text: string): Spoken | null {
  const said = text
    .toLowerCase()
    .replace(/^(?:(?:at|on|around|about|the|as|of)\s+)+/, "")
    .trim();
  const ago = /^(.+)\s+ago$/.exec(said)?.[1];
  if (ago !== undefined) {
    const span = spanOf(ago);
    return span && { kind: "ago", span };
  }
  return isoTime(said) ?? clockOf(said);
}

const isoForm = /^(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(z|[+-]\d\d(?::?\d\d)?)$/;

function isoTime(text: string): Spoken | null {
  const [, date, time, offset] = isoForm.exec(text) ?? [];
  if (date === undefined || time === undefined || offset === undefined) return null;
  try {
    const at = Temporal.Instant.from(`${date}T${time}${offset.toUpperCase()}`).epochMilliseconds;
    return { kind: "instant", at };
  } catch {
    return null; // 30 February
  }
}

const zoneForm = /\s*\b(utc|gmt)$/;
const timeForm =
  /(?<![\w:.])(?:(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([ap])\.?m)?|(\d{1,2})\s*([ap])\.?m|(noon|midnight))(?![\w:.])/;
const iso = /^(\d{4}-\d\d-\d\d)t(?=\d)/;

/** Day and time in either order, each of which may be missing. */
function clockOf(text: string): Spoken | null {
  const said = text.replace(iso, "$1 ");
  const zone = zoneForm.test(said) ? "UTC" : null;
  const unzoned = said.replace(zoneForm, "");
  const found = timeForm.exec(unzoned);
  const time = found && timeOf(found);
  if (found && !time) return null;
  const rest = unzoned
    .replace(timeForm, " ")
    .replace(/\b(?:at|on|the|of)\b/g, " ")
    .replace(/[\s,]+/g, " ")
    .trim();
  const day = rest === "" ? null : dayOf(rest);
  if ((rest !== "" && day === null) || (day === null && time === null)) return null;
  // "what runs in prod today?" is about now
  if (time === null && day?.kind === "days ago" && day.days === 0) return null;
  return { kind: "clock", day, time, zone };
}

function timeOf([, hour, minute, second, half, bareHour, bareHalf, word]: RegExpExecArray): ClockTime | null {
  if (word !== undefined) return { hour: word === "noon" ? 12 : 0, minute: 0, second: 0 };
  const said = { hour: Number(hour ?? bareHour), minute: Number(minute ?? 0), second: Number(second ?? 0) };
  const of12 = half ?? bareHalf;
  if (said.minute > 59 || said.second > 59 || said.hour > 23) return null;
  if (of12 === undefined) return said;
  return said.hour < 1 || said.hour > 12 ? null : { ...said, hour: (said.hour % 12) + (of12 === "p" ? 12 : 0) };
}

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const months = "january february march april may june july august september october november december".split(" ");

function dayOf(text: string): Day | null {
  if (text === "today") return { kind: "days ago", days: 0 };
  if (text === "yesterday") return { kind: "days ago", days: 1 };
  const [, last, name = ""] = /^(last )?([a-z]+)$/.exec(text) ?? [];
  const weekday = indexOf(name, weekdays);
  return weekday > 0 ? { kind: "weekday", weekday, last: last !== undefined } : dateOf(text);
}

function dateOf(text: string): Day | null {
  const [, isoYear, isoMonth, isoDay] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (isoYear !== undefined) return dateIf(Number(isoYear), Number(isoMonth), Number(isoDay));
  const [, germanDay, germanMonth, germanYear] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  if (germanDay !== undefined) return dateIf(Number(germanYear), Number(germanMonth), Number(germanDay));
  const [, dayFirst, monthAfter, yearAfter] = /^(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.?(?: (\d{4}))?$/.exec(text) ?? [];
  const [, monthFirst, dayAfter, year] = /^([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?$/.exec(text) ?? [];
  const month = indexOf(monthAfter ?? monthFirst ?? "", months);
  const said = yearAfter ?? year;
  return month === 0 ? null : dateIf(said === undefined ? null : Number(said), month, Number(dayFirst ?? dayAfter));
}

/** Null for a day that no calendar has. */
function dateIf(year: number | null, month: number, day: number): Day | null {
  try {
    Temporal.PlainDate.from({ year: year ?? leapYear, month, day }, { overflow: "reject" });
    return { kind: "date", year, month, day };
  } catch {
    return null;
  }
}

const leapYear = 2024;

/** From 1: the one of that name, or that begins with those three letters or more. 0: none. */
function indexOf(name: string, names: readonly string[]): number {
  return name.length < 3 ? 0 : names.findIndex((it) => it.startsWith(name)) + 1;
}
