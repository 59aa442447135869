import type { DiffAnswer, DiffRow, Side } from "../../core/past/answer.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { context, type Message, section } from "../message.ts";
import { sightWarning } from "../words/sight.ts";
import { code, literal } from "../words/text.ts";
import { count } from "../words/time.ts";
import { type Detail, fitted, packed } from "./fit.ts";
import { digestsWords } from "./image.ts";
import { footer, type PastShowing } from "./showing.ts";

const rowsPerPage = 40;

/** Two environments side by side: what differs first. */
export function diffMessage(answer: DiffAnswer, showing: PastShowing): Message {
  const { from, to, rows } = answer;
  const { now, sight } = showing;
  const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage));
  const page = Math.min(Math.max(0, answer.page), pages - 1);
  const shown = rows.slice(page * rowsPerPage, (page + 1) * rowsPerPage);
  const turn = { kind: "diff", from, to } as const;
  return {
    text: `${verdict(answer, spoken)}${names(answer)}${sightWarning(sight, now)}`,
    blocks: [
      section(`${emoji(answer)} ${verdict(answer, written)}`),
      ...packed(fitted((detail) => shown.map((it) => rowLine(it, answer, detail)))),
      ...(pages > 1 ? [context(`page ${page + 1} of ${pages}`)] : []),
      ...footer(showing, [
        page === 0 ? null : [{ ...turn, page: page - 1 }, "‹ Previous"],
        page >= pages - 1 ? null : [{ ...turn, page: page + 1 }, "Next ›"],
      ]),
    ],
    attachments: [],
  };
}

function differing({ rows }: DiffAnswer): readonly DiffRow[] {
  return rows.filter((it) => it.relation !== "same" && it.relation !== "not known");
}

function unknown({ rows }: DiffAnswer): number {
  return rows.filter((it) => it.relation === "not known").length;
}

function emoji(answer: DiffAnswer): string {
  if (answer.rows.length === 0) return ":grey_question:";
  if (differing(answer).length > 0) return ":warning:";
  return unknown(answer) > 0 ? ":grey_question:" : ":white_check_mark:";
}

function verdict(answer: DiffAnswer, voice: Voice): string {
  const [from, to] = [voice.strong(answer.from), voice.strong(answer.to)];
  const all = answer.rows.length;
  if (all === 0) return `I see nothing that runs in ${from} or in ${to}.`;
  const different = differing(answer).length;
  const untold = unknown(answer) === 0 ? "" : `; of ${count(unknown(answer), "service")} I cannot tell`;
  if (different > 0) return `${to} differs from ${from} in ${different} of ${count(all, "service")}${untold}.`;
  const same = all - unknown(answer);
  return `${to} runs what ${from} runs, by digest: ${same} of ${count(all, "service")}${untold}.`;
}

function names(answer: DiffAnswer): string {
  const first = differing(answer).slice(0, 3);
  const words = first.map((it) => `${literal(it.service, 63)} ${relationWords(it, answer)}`);
  return words.length === 0 ? "" : ` ${words.join(", ")}${differing(answer).length > 3 ? " and others" : ""}.`;
}

/** How much of names there is room for, however strange they are. */
const widths = { full: { name: 63, tag: 30 }, brief: { name: 40, tag: 12 }, least: { name: 16, tag: 0 } } as const;

function rowLine(row: DiffRow, answer: DiffAnswer, detail: Detail): string {
  const { service, from, to, relation } = row;
  const width = widths[detail];
  const name = `${marks[relation]} *${literal(service, width.name)}*`;
  if (relation === "same") return `${name} same · ${sideWords(to ?? from, width.tag)}`;
  const words = detail === "least" ? relation : relationWords(row, answer);
  if (from === null || to === null) return `${name} ${words} · ${sideWords(from ?? to, width.tag)}`;
  return `${name} ${words} · ${sideWords(from, width.tag)} → ${sideWords(to, width.tag)}`;
}

const marks = {
  same: ":white_check_mark:",
  behind: ":arrow_down:",
  ahead: ":arrow_up:",
  different: ":warning:",
  "only there": ":heavy_plus_sign:",
  "only here": ":heavy_minus_sign:",
  "not known": ":grey_question:",
} satisfies Record<DiffRow["relation"], string>;

function relationWords({ relation, from, to }: DiffRow, answer: DiffAnswer): string {
  const there = literal(answer.to, 40);
  const sameTag = from !== null && from.tag !== null && from.tag === to?.tag ? " under the same tag" : "";
  switch (relation) {
    case "same":
      return "is the same";
    case "behind":
    case "ahead":
      return `is ${relation} in ${there}${sameTag}`;
    case "different":
      return `is different${sameTag}`;
    case "only there":
    case "only here":
      return `is only in ${literal(from === null ? answer.to : answer.from, 40)}`;
    case "not known":
      return "cannot be compared";
  }
}

function sideWords(side: Side | null, tagWidth: number): string {
  if (side === null) return "nothing";
  const digests = side.digests.length === 0 ? "no digest seen" : digestsWords(side.digests.slice(0, 2), written);
  const more = side.digests.length > 2 ? ` and ${side.digests.length - 2} more` : "";
  return `${digests}${more}${side.tag === null || tagWidth === 0 ? "" : ` ${code(side.tag, tagWidth)}`}`;
}
