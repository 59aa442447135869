import type { KnownBlock } from "@slack/types";
import type { About, Check } from "../../core/check/check.ts";
import type { Outcome } from "../../core/check/outcome.ts";
import { shortDigest } from "../../core/image/reference.ts";
import type { Lost } from "../../core/plan/lost.ts";
import type { EpochMs } from "../../core/workload.ts";
import { section } from "../message.ts";
import { code, link, literal } from "../words/text.ts";
import { ago, count } from "../words/time.ts";
import { findingWords } from "./finding.ts";

/** A mark is never alone: a word says the same. */
const marks = {
  ok: { emoji: ":white_check_mark:", word: "ok" },
  warn: { emoji: ":warning:", word: "look" },
  block: { emoji: ":no_entry:", word: "in the way" },
  unknown: { emoji: ":grey_question:", word: "not known" },
} satisfies Record<Outcome, { emoji: string; word: string }>;

export const checkNames = {
  image: "Image",
  manifest: "Manifest",
  configuration: "Configuration",
  schema: "Database",
  owner: "Owner",
  state: "State",
  permission: "Permission",
} satisfies Record<About, string>;

const mostFindings = 8;
const mostText = 2_900;

/** In the order given: the worst first. */
export function checkBlocks(checks: readonly Check[]): KnownBlock[] {
  return checks.map((it) => section(checkText(it)));
}

function checkText(check: Check): string {
  const { emoji, word } = marks[check.outcome];
  const words = findingWords(check);
  const lines = words.slice(0, mostFindings).map((it, at) => `${markOf(check, at)}${it}`);
  const left = words.length - lines.length;
  const all = [`${emoji} *${checkNames[check.about]}*: ${word}`, ...lines, ...(left > 0 ? [`… and ${left} more`] : [])];
  return fitted(all);
}

/** Whole lines only: a cut could end within an escape. */
function fitted(lines: readonly string[]): string {
  const text = lines.join("\n");
  return text.length <= mostText ? text : fitted([...lines.slice(0, -2), "… and more"]);
}

/** Where findings differ, each has its own mark. */
function markOf({ found, outcome }: Check, at: number): string {
  const one = found[at]?.outcome ?? outcome;
  return found.every((it) => it.outcome === outcome) ? "" : `${marks[one].emoji} `;
}

const mostLost = 8;

export function lostBlocks({ releases, incomplete, compare }: Lost, now: EpochMs): KnownBlock[] {
  const reach = incomplete ? " The ledger does not reach back that far: there may be more." : "";
  if (releases.length === 0) return incomplete ? [section(`*What is lost*: not known.${reach}`)] : [];
  const lines = releases.slice(0, mostLost).map((it) => {
    const commit = it.commit === null ? "commit not known" : `commit ${code(it.commit.slice(0, 10))}`;
    const by = it.by === null ? "" : ` by ${literal(it.by, 60)}`;
    return `• ${imageText(it.image)}, ${commit}${by}, ${it.start <= now ? ago(it.start) : "just now"}`;
  });
  const left = releases.length - lines.length;
  const commits = compare === null ? "" : ` ${link(compare, "The commits between")}.`;
  const title = `*What is lost*: ${count(releases.length, "release")}.${commits}${reach}`;
  return [section(fitted([title, ...lines, ...(left > 0 ? [`… and ${left} more`] : [])]))];
}

function imageText(image: string): string {
  return code(image.startsWith("sha") ? shortDigest(image) : image, 120);
}
