import type { PastQuestion } from "../past/question.ts";
import { momentOf, type Reading } from "../time/moment.ts";
import { minutesOf, type Span, spanOf } from "../time/span.ts";
import { timeIn } from "../time/spoken.ts";
import { environmentNames, environmentOf, isKnown, isService, type Known, namesOf } from "./known.ts";
import { meantBy } from "./live.ts";
import { nearest } from "./near.ts";
import { type Unclear, unclear } from "./question.ts";
import { isPastFiller } from "./words.ts";

const usualMinutes = 60;
const mostDays = 30;
export const mostMinutes = mostDays * 24 * 60;

const extra: ReadonlySet<string> = new Set([
  "since",
  "within",
  "during",
  "over",
  "last",
  "past",
  "new",
  "lately",
  "recently",
]);

/** `changes prod 2h`, "what changed in prod since 9:30?". Null: it names a service, so it is about that one's history. */
export function changesQuestion(
  words: readonly string[],
  known: Known,
  reading: Reading,
): PastQuestion | Unclear | null {
  const isName = (it: string) => isKnown(it, known);
  const stretch = stretchIn(words, isName) ?? sinceIn(words, isName, reading);
  const rest = stretch === null ? words : words.toSpliced(stretch.from, stretch.to - stretch.from);
  const names = meantBy(rest, known, (it) => isPastFiller(it) || extra.has(it.toLowerCase()));
  if (names.some((it) => environmentOf(it, known) === null && isService(it, known))) return null;

  const environments = names.flatMap((it) => environmentOf(it, known) ?? []);
  const [environment = known.default, ...more] = environments;
  const asking = (minutes: number, it = environment) =>
    ({ kind: "changes", environment: it, minutes, after: null }) as const;
  const other = names.find((it) => environmentOf(it, known) === null);
  if (other !== undefined) return notUnderstood(other, environments.length > 0, asking);
  if (more.length > 0) return unclear({ kind: "too long" });
  const minutes = stretch?.minutes ?? usualMinutes;
  if (minutes === "future") return unclear({ kind: "no span", word: words.join(" ") });
  if (minutes > mostMinutes) return unclear({ kind: "span too long", mostDays, choices: [asking(mostMinutes)] });
  return asking(Math.max(1, minutes));

  function notUnderstood(word: string, isPlaced: boolean, asked: typeof asking): Unclear {
    if (isPlaced || /\d/.test(word)) return unclear({ kind: "no span", word });
    const near = nearest(word, namesOf(known), 1).map((it) => environmentOf(it, known) ?? it);
    const minutesAsked = typeof stretch?.minutes === "number" ? Math.min(stretch.minutes, mostMinutes) : usualMinutes;
    const choices = near.map((it) => asked(minutesAsked, it));
    return unclear({ kind: "no environment", word, environments: environmentNames(known), choices });
  }
}

type Stretch = { readonly minutes: number | "future"; readonly from: number; readonly to: number };

const mostWords = 7;

/** "60m", "2 hours", "the last day". */
function stretchIn(words: readonly string[], isName: (word: string) => boolean): Stretch | null {
  for (let many = mostWords; many > 0; many--) {
    for (let from = 0; from + many <= words.length; from++) {
      const said = words.slice(from, from + many);
      const span = said.some(isName) ? null : stretchOf(said.join(" ").toLowerCase());
      if (span) return { minutes: minutesOf(span), from, to: from + many };
    }
  }
  return null;
}

function stretchOf(text: string): Span | null {
  const [, rest = text] = /^(?:last|past|previous)\s+(.*)$/.exec(text) ?? [];
  return spanOf(rest) ?? (rest === text ? null : spanOf(`1 ${rest}`));
}

/** "since 14:00": as many minutes as have passed since. */
function sinceIn(words: readonly string[], isName: (word: string) => boolean, reading: Reading): Stretch | null {
  const phrase = timeIn(words, isName);
  if (phrase === null) return null;
  const meant = momentOf(phrase.spoken, reading);
  switch (meant.kind) {
    case "moment":
      return { ...phrase, minutes: passed(meant.at) };
    case "twice":
    case "whole day":
      return { ...phrase, minutes: passed(meant.at[0] ?? 0) };
    case "skipped":
      return { ...phrase, minutes: passed(meant.jump) };
    case "too early":
      return { ...phrase, minutes: Infinity };
    case "future":
      return { ...phrase, minutes: "future" };
  }

  function passed(at: number): number {
    return Math.ceil((reading.now - at) / 60_000);
  }
}
