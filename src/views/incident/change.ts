import type { KnownBlock } from "@slack/types";
import type { PastRow } from "../../core/past/answer.ts";
import type { EpochMs } from "../../core/workload.ts";
import { spoken } from "../words/headline.ts";
import { actions, askButton, type Message, section } from "../message.ts";
import { faredOf } from "../past/fared.ts";
import type { Detail } from "../past/fit.ts";
import { imageWords } from "../past/image.ts";
import { momentWords } from "../past/moment.ts";
import { rowText, serviceTitle } from "../past/row.ts";
import { rollbackButton } from "../plan/button.ts";
import { deployerName } from "../words/provenance.ts";
import { literal } from "../words/text.ts";
import { utc } from "../words/time.ts";

type ChangeRow = { readonly text: string; readonly heard: string; readonly buttons: KnownBlock[] };

/** One change, with what an incident asks next. */
export function changeRow(row: PastRow, detail: Detail, now: EpochMs): ChangeRow {
  return {
    text: rowText(row, { now, title: serviceTitle(row), placed: false, detail }),
    heard: heard(row, now),
    buttons: buttonsOf(row),
  };
}

/** A change that came while the incident was going on, as a message of its own. */
export function changeMessage(row: PastRow, now: EpochMs): Message {
  const [full, brief] = (["full", "brief"] as const).map((detail) => changeRow(row, detail, now).text);
  const text = full !== undefined && full.length <= 2_900 ? full : (brief ?? "").slice(0, 2_900);
  return { text: heard(row, now), blocks: [section(text), ...buttonsOf(row)], attachments: [] };
}

export function isFailing({ release }: PastRow): boolean {
  return release.end === null && release.outcome.state === "failed";
}

function heard(row: PastRow, now: EpochMs): string {
  const { release, environments } = row;
  const where = environments
    .slice(0, 3)
    .map((it) => literal(it, 63))
    .join(" and ");
  const fared = faredOf(release, now).words;
  const [[deployer], [commit]] = [release.provenance.deployers, release.provenance.commits];
  const who = deployer ? deployerName(deployer.value) : "nobody we know of";
  const by = `by ${who}${commit ? ` ${commit.trust === "guessed" ? "perhaps " : ""}from commit ${literal(commit.value.slice(0, 10))}` : ""}`;
  return `${literal(release.service, 63)} in ${where}: ${imageWords(release, spoken)}, ${doneTo[release.kind]} ${by}, ${momentWords(release.start, utc)}: ${fared}.`;
}

const doneTo = {
  deploy: "deployed",
  rollback: "brought back, deployed",
  restart: "restarted, deployed",
  configuration: "its configuration changed, deployed",
} as const;

/** Where it runs now can be taken back; of what is over, history tells. */
function buttonsOf({ release, environments, subject }: PastRow): KnownBlock[] {
  const [environment] = environments;
  if (environment === undefined) return [];
  const { service } = release;
  const back = release.end === null && release.kind !== "restart";
  return actions([
    ...askButton({ kind: "service", service, environment }, "Details", 0),
    ...askButton({ kind: "history", service, environment, before: null }, "History", 1),
    ...(back ? rollbackButton({ environment, service, of: subject, to: null }) : []),
  ]);
}
