import type { PastQuestion } from "../past/question.ts";
import { environmentNames, environmentOf, isKnown, type Known, namesOf } from "./known.ts";
import { mostChoices } from "./live.ts";
import { nearest } from "./near.ts";
import { type Unclear, unclear } from "./question.ts";
import { isPastFiller } from "./words.ts";

const comparing: ReadonlySet<string> = new Set(["between", "vs", "versus", "against", "than"]);

/** `diff staging prod`: the second one is held against the first. */
export function diffQuestion(words: readonly string[], known: Known): PastQuestion | Unclear {
  const named = words.filter((it) => environmentOf(it, known) !== null || !isExtra(it));
  const [from, to] = [...new Set(named.flatMap((it) => environmentOf(it, known) ?? []))];
  const others = named.filter((it) => environmentOf(it, known) === null);
  const unknown = others.find((it) => !isKnown(it, known));
  if (from !== undefined && to !== undefined) {
    const question = diff(from, to);
    return others.length === 0 ? question : unclear({ kind: "two environments", choices: [question] });
  }
  const environments = environmentNames(known);
  const meant =
    unknown === undefined ? [] : nearest(unknown, namesOf(known), 1).map((it) => environmentOf(it, known) ?? it);
  const seconds = meant.length > 0 ? meant : environments;
  const choices = seconds.filter((it) => from !== undefined && it !== from).map((it) => inOrder(it));
  if (unknown === undefined) return unclear({ kind: "two environments", choices: choices.slice(0, mostChoices) });
  return unclear({ kind: "no environment", word: unknown, environments, choices: choices.slice(0, mostChoices) });

  function inOrder(other: string): PastQuestion {
    const isFirst =
      unknown === undefined || named.indexOf(unknown) < named.findIndex((it) => environmentOf(it, known) === from);
    return isFirst ? diff(other, from ?? other) : diff(from ?? other, other);
  }
}

function isExtra(word: string): boolean {
  return isPastFiller(word) || comparing.has(word.toLowerCase());
}

function diff(from: string, to: string): PastQuestion {
  return { kind: "diff", from, to, page: 0 };
}
