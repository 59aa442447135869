import type { PastQuestion } from "../past/question.ts";
import { changesQuestion } from "./changes.ts";
import { diffQuestion } from "./diff.ts";
import { environmentOf, isKnown, type Known } from "./known.ts";
import { likelyInstead, meantBy, mostChoices, noEnvironment, only, pairsOf, type Subject } from "./live.ts";
import { type Because, type Question, type Unclear, unclear } from "./question.ts";
import { type Phrase, timeIn } from "../time/spoken.ts";
import { momentOf, type Reading } from "../time/moment.ts";
import { whereQuestion } from "./where.ts";
import { isPastFiller } from "./words.ts";

const commands: ReadonlyMap<string, "history" | "where" | "diff" | "changes" | "rollbacks"> = new Map([
  ["history", "history"],
  ["where", "where"],
  ["diff", "diff"],
  ["difference", "diff"],
  ["differences", "diff"],
  ["compare", "diff"],
  ["changes", "changes"],
  ["changed", "changes"],
  ["rollbacks", "rollbacks"],
]);

/** The first word that says what kind of question it is. */
export function commandIn(words: readonly string[]): string | null {
  return words.find((it) => commands.has(it.toLowerCase())) ?? null;
}

/** A question about what ran, where or when. Null: it is about what runs now. */
export function parsePast(words: readonly string[], known: Known, reading: Reading): Question | Unclear | null {
  const command = commandIn(words);
  if (command === null) return atQuestion(words, known, reading);
  const index = words.indexOf(command);
  const rest = words.toSpliced(index, 1);
  switch (commands.get(command.toLowerCase())) {
    case "history":
      return historyQuestion(rest, known);
    case "where":
      return whereQuestion(rest, known);
    case "diff":
      return diffQuestion(rest, known);
    case "changes":
      return changesQuestion(rest, known, reading) ?? historyQuestion(rest, known);
    case "rollbacks":
      return rollbacksQuestion(rest, known);
    case undefined:
      return null;
  }
}

export function timePhrase(words: readonly string[], known: Known): Phrase | null {
  return timeIn(words, (it) => isKnown(it, known));
}

/** `rollbacks prod`, "which rollbacks were there in prod?" */
function rollbacksQuestion(words: readonly string[], known: Known): PastQuestion | Unclear {
  const names = meantBy(words, known, isPastFiller);
  const [environment = known.default, ...more] = names.flatMap((it) => environmentOf(it, known) ?? []);
  const other = names.find((it) => environmentOf(it, known) === null);
  if (other !== undefined || more.length > 0) return unclear({ kind: "too long" });
  return { kind: "rollbacks", environment, after: null };
}

function historyQuestion(words: readonly string[], known: Known): PastQuestion | Unclear {
  return subjectOf(words, known, historyOf) ?? unclear({ kind: "incomplete", command: "history" });
}

function historyOf(subject: Subject) {
  return { kind: "history", ...subject, before: null } as const;
}

function atQuestion(words: readonly string[], known: Known, reading: Reading): PastQuestion | Unclear | null {
  const phrase = timePhrase(words, known);
  if (phrase === null) return noTime(words, known);
  const meant = momentOf(phrase.spoken, reading);
  const { zone } = meant;
  const asking = (it: Subject) => ({ kind: "at", ...it, at: reading.now, zone }) as const;
  const rest = words.toSpliced(phrase.from, phrase.to - phrase.from);
  const question = subjectOf(rest, known, asking) ?? unclear({ kind: "incomplete", command: "at" });
  if (question.kind === "unclear") return question;
  const each = (all: readonly number[]) => all.map((at) => ({ ...question, at }));
  switch (meant.kind) {
    case "moment":
      return { ...question, at: meant.at };
    case "future":
      return unclear(meant);
    case "twice":
    case "whole day":
      return unclear({ kind: meant.kind, local: meant.local, zone, choices: each(meant.at) });
    case "skipped":
      return unclear({ kind: meant.kind, local: meant.local, zone, choices: each([meant.jump]) });
    case "too early":
      return unclear({ kind: "no time", word: words.slice(phrase.from, phrase.to).join(" ") });
  }
}

/** `at` wants a time after it, unless it is the word of a place: "at staging", "at the moment". */
function noTime(words: readonly string[], known: Known): Unclear | null {
  const at = words.findIndex((it) => it.toLowerCase() === "at");
  const next = words.slice(at + 1).filter((it) => !isKnown(it, known));
  const isPlace = next.length < words.length - at - 1 || /^the moment\b/i.test(next.join(" "));
  return at < 0 || (isPlace && next.every(isPastFiller)) ? null : unclear({ kind: "no time", word: next.join(" ") });
}

/** Which service and where. One that is not known now may have run then: it passes. Null: none is named. */
function subjectOf<Q extends PastQuestion>(
  words: readonly string[],
  known: Known,
  asking: (it: Subject) => Q,
): Q | Unclear | null {
  const [first, second, ...more] = meantBy(words, known, isPastFiller);
  if (first === undefined) return null;
  if (more.length > 0) return unclear({ kind: "too long" });
  if (second === undefined) return oneName(first, known, asking);
  const pairs = pairsOf([first, second], known);
  const there = pairs.filter((it) => known.has(it.service, it.environment));
  const likely = there.length > 0 ? there : pairs.slice(0, 1);
  return only(`${first} ${second}`, likely.map(asking)) ?? noEnvironment([first, second], known, asking);
}

function oneName<Q extends PastQuestion>(word: string, known: Known, asking: (it: Subject) => Q): Q | null {
  const environment = known.default;
  const isPlace = environmentOf(word, known) !== null && !known.has(word, environment);
  return isPlace ? null : asking({ service: word, environment });
}

/** For a service that does not run there and of which nothing is known: what may have been meant. */
export function neverSeen(question: PastQuestion & { readonly kind: "at" | "history" }, known: Known): Because {
  const { service: word, environment } = question;
  const isAsked = (it: Subject) => it.environment === environment && it.service.toLowerCase() === word.toLowerCase();
  const likely = likelyInstead(question, known).filter((it) => !isAsked(it));
  const choices = likely.map((it) => ({ ...question, ...it, ...(question.kind === "history" && { before: null }) }));
  return { kind: "never seen", word, environment, choices: choices.slice(0, mostChoices) };
}
