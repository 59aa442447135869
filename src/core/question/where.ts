import type { PastQuestion } from "../past/question.ts";
import { environmentNames, environmentOf, type Known } from "./known.ts";
import { type Question, type Unclear, unclear } from "./question.ts";
import { isPastFiller } from "./words.ts";

/** `where 3f9a1c7d2b4e`, `where is sha256:3f9a…`, `where does v1.4.2 run`: every environment is searched. */
export function whereQuestion(said: readonly string[], known: Known): Question | Unclear {
  const words = said.map(bare).filter((it) => it !== "");
  const named = words.filter((it) => !isPastFiller(it) && environmentOf(it, known) === null);
  const all = named.length > 0 ? named : words.slice(-1);
  const others = all.filter((it) => placesOf(it, known).length === 0);
  const [word, ...more] = others.length > 0 ? others : all; // "where does checkout run v1.4.2"
  if (word === undefined) return unclear({ kind: "incomplete", command: "where" });
  if (more.length > 0) return unclear({ kind: "too long" });
  const question: PastQuestion = { kind: "where", what: imageOf(word) };
  const services = placesOf(word, known).map(
    (environment) => ({ kind: "service", service: word, environment }) as const,
  );
  const [only, ...several] = services;
  if (!only) return question;
  return several.length === 0 ? only : unclear({ kind: "ambiguous", word, choices: [...services, question] });
}

function placesOf(service: string, known: Known): readonly string[] {
  return environmentNames(known).filter((it) => known.has(service, it));
}

/** Without what shows that it goes on, or that it stood in brackets. */
function bare(word: string): string {
  return word.replace(/^[([]+|[)\]]+$/g, "").replace(/(?:…|\.\.\.)+$/, "");
}

/** What tells an image apart: of a reference its digest, else its tag; of a commit's page the commit. */
function imageOf(whole: string): string {
  const [, digest] = /@(sha\d{3}:[a-f0-9]+)$/i.exec(whole) ?? [];
  const [, commit] = /\/commits?\/([a-f0-9]{7,40})$/i.exec(whole) ?? [];
  const [, tag] = /^(?!sha\d{3}:)[^@\s]*[^@\s/]:([\w][\w.-]*)$/i.exec(whole) ?? [];
  const what = digest ?? commit ?? tag ?? whole;
  return /^(?:sha\d{3}:)?[a-f0-9]{7,}$/i.test(what) ? what.toLowerCase() : what;
}
