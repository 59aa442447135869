import { isService, type Known } from "./known.ts";
import { parseLive } from "./live.ts";
import { commandIn, parsePast, timePhrase } from "./past.ts";
import { type Question, type Unclear, unclear } from "./question.ts";
import { parseRollback } from "./rollback.ts";
import type { Reading } from "../time/moment.ts";
import { wordsOf } from "./words.ts";

const longest = 300; // characters: names are at most 63, and nobody types a page
const later: ReadonlySet<string> = new Set(["holds"]);

/**
 * The order of service and environment is free, and so are the words of a whole sentence around them. The zone of `reading`
 * only matters where `speaksOfTime`.
 */
export function parseQuestion(text: string, known: Known, reading: Reading): Question | Unclear {
  if (text.length > longest) return unclear({ kind: "too long" });
  const words = wordsOf(text);
  const notYet = words.find((it) => later.has(it.toLowerCase()));
  if (notYet !== undefined) return unclear({ kind: "not yet", word: notYet.toLowerCase() });

  const rollback = parseRollback(words, known);
  if (rollback !== null) return rollback;
  const past = parsePast(words, known, reading);
  if (past === null) return parseLive(words, known);
  const command = commandIn(words);
  // a service may be called like a word of the grammar
  const live = command !== null && isService(command, known) ? parseLive(words, known) : null;
  if (live?.kind !== "service") return past;
  return past.kind === "unclear" ? live : unclear({ kind: "ambiguous", word: words.join(" "), choices: [past, live] });
}

/** Whether what it means depends on the time zone of who asks. */
export function speaksOfTime(text: string, known: Known): boolean {
  return text.length <= longest && timePhrase(wordsOf(text), known) !== null;
}
