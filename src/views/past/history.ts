import type { KnownBlock } from "@slack/types";
import type { HistoryAnswer, PastRow } from "../../core/past/answer.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { type Message, section } from "../message.ts";
import { rollbackButton } from "../plan/button.ts";
import { sightWarning } from "../words/sight.ts";
import { mrkdwn } from "../words/text.ts";
import { count, utc } from "../words/time.ts";
import { faredOf, wasNeverHealthy } from "./fared.ts";
import { fitted } from "./fit.ts";
import { imageWords } from "./image.ts";
import { momentWords } from "./moment.ts";
import { rowText } from "./row.ts";
import { footer, type PastShowing } from "./showing.ts";

/** The releases of a service, newest first: which is live, and which were rolled back or never healthy. */
export function historyMessage(answer: HistoryAnswer, showing: PastShowing): Message {
  const { rows, workloads, before, older } = answer;
  const { now, sight } = showing;
  const { service, environment } = answer;
  const turn = { kind: "history", service, environment } as const;
  const texts = fitted((detail) => rows.map((it) => rowText(it, { now, title: null, placed: workloads > 1, detail })));
  return {
    text: `${summary(answer, spoken)}${newestWords(answer, showing)}${sightWarning(sight, now)}`,
    blocks: [
      section(`:scroll: ${summary(answer, written)}`),
      ...texts.map((text, at) => releaseBlock(text, rows[at], answer, showing)),
      ...footer(showing, [
        before === null ? null : [{ ...turn, before: null }, "« Newest"],
        older === null ? null : [{ ...turn, before: older }, "Older ›"],
      ]),
    ],
    attachments: [],
  };
}

/** One that is over can be gone back to, where its cluster is still ours. */
function releaseBlock(
  text: string,
  row: PastRow | undefined,
  { service, environment }: HistoryAnswer,
  { restorable = false }: PastShowing,
): KnownBlock {
  const isOver = row !== undefined && row.release.end !== null && row.cluster !== null;
  if (!restorable || !isOver) return section(text);
  const to = { kind: "release", start: row.release.start.at } as const;
  const [accessory] = rollbackButton({ service, environment, of: row.subject, to }, "Back to this…");
  return { type: "section", text: mrkdwn(text), ...(accessory ? { accessory } : {}) };
}

/** What is live comes first, then what an incident asks next: whether something went wrong with the ones before. */
function summary(answer: HistoryAnswer, voice: Voice): string {
  const { service, environment, rows, workloads, before, older } = answer;
  const name = `${voice.strong(service)} in ${voice.strong(environment)}`;
  if (rows.length === 0) return `${name}: I know of no ${before === null ? "" : "older "}release.`;
  const many = count(rows.length, "release");
  const newest = older === null ? many : `the newest ${many}`;
  const later = older === null ? `the oldest ${rows.length === 1 ? "release" : many}` : `the next ${many}`;
  const of = workloads > 1 ? `, of ${count(workloads, "workload")}` : "";
  return `${name}: ${before === null ? newest : later} that I know of${of}${wentWrong(rows)}.`;
}

function wentWrong(rows: readonly PastRow[]): string {
  const back = rows.filter(({ release }) => release.end?.by === "rollback").length;
  const never = rows.filter(({ release }) => wasNeverHealthy(release)).length;
  const words = [back === 0 ? [] : `${back} rolled back`, never === 0 ? [] : `${never} never healthy`].flat();
  return words.length === 0 ? "" : `; ${words.join(", ")}`;
}

function newestWords({ rows, before }: HistoryAnswer, { now }: PastShowing): string {
  const [row] = rows;
  if (row === undefined || before !== null) return "";
  const { release } = row;
  const began = momentWords(release.start, utc);
  return ` The newest, ${imageWords(release, spoken)}, began ${began}: ${faredOf(release, now).words}.`;
}
