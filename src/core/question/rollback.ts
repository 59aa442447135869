import { isKnown, isService, type Known } from "./known.ts";
import { parseLive } from "./live.ts";
import { type Question, type Unclear, unclear } from "./question.ts";

/** `rollback checkout prod`, "roll back checkout in prod, please". Null: it is about something else. */
export function parseRollback(words: readonly string[], known: Known): Question | Unclear | null {
  const lower = words.map((it) => it.toLowerCase());
  const one = lower.findIndex((it) => commands.has(it));
  const two = lower.findIndex((it, at) => it === "roll" && lower[at + 1] === "back");
  if (one < 0 && two < 0) return null;
  const rest = one >= 0 ? words.toSpliced(one, 1) : words.toSpliced(two, 2);
  const named = rest.filter((it) => isKnown(it, known) || !extras.has(it.toLowerCase()));
  const meant = parseLive(named, known);
  // a service may be called like a word of the grammar
  const isName = one >= 0 && isService(words[one] ?? "", known);
  return isName && meant.kind === "environment" ? null : asRollback(meant);
}

const commands: ReadonlySet<string> = new Set(["rollback", "undo", "revert"]);
const extras: ReadonlySet<string> = new Set("to back last previous earlier good known please now can we".split(" "));

function asRollback(meant: Question | Unclear): Question | Unclear {
  if (meant.kind === "service") return rollbackOf(meant);
  if (meant.kind !== "unclear") return unclear({ kind: "incomplete", command: "rollback" });
  const { because } = meant;
  if (!("choices" in because)) return meant;
  const choices = because.choices.flatMap((it) => (it.kind === "service" ? [rollbackOf(it)] : []));
  return unclear({ ...because, choices });
}

function rollbackOf({ service, environment }: { readonly service: string; readonly environment: string }) {
  return { kind: "rollback", service, environment } as const;
}
