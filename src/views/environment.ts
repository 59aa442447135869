import type { KnownBlock, StaticSelect } from "@slack/types";
import type { EnvironmentAnswer, Row } from "../core/answer.ts";
import type { RunningContainer } from "../core/container.ts";
import { shortDigest } from "../core/image/reference.ts";
import type { Running } from "../core/running.ts";
import { lookOf } from "./words/headline.ts";
import { actionIds, actions, askButton, context, type Message, section, shareButton } from "./message.ts";
import type { Showing } from "./service.ts";
import { sightLine, sightWarning } from "./words/sight.ts";
import { code, literal, plain } from "./words/text.ts";
import { ago, count } from "./words/time.ts";

const rowsPerPage = 30;
const rowsPerSection = 10; // 10 rows stay below a section's 3000 characters whatever is in them

/** Everything in an environment: what needs eyes first, then by name. */
export function environmentMessage(answer: EnvironmentAnswer, showing: Showing): Message {
  const { environment, rows, sight } = answer;
  const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage));
  const page = Math.min(Math.max(0, answer.page), pages - 1);
  const shown = rows.slice(page * rowsPerPage, (page + 1) * rowsPerPage);
  const question = { kind: "environment", environment } as const;
  const turn = (to: number, label: string, index: number) =>
    to < 0 || to >= pages ? [] : askButton({ ...question, page: to }, label, index);

  return {
    text: `${spokenSummary(answer)}${sightWarning(sight, showing.now)}`,
    blocks: [
      section(`*${literal(environment)}*${limit(answer)}: ${counts(answer)}`),
      ...sections(shown),
      ...(rows.length === 0 ? [emptyEnvironment(answer)] : []),
      ...(pages > 1 ? [context(`page ${page + 1} of ${pages}`)] : []),
      ...actions(
        [
          ...openSelect(shown),
          ...turn(page - 1, "‹ Previous", 0),
          ...turn(page + 1, "Next ›", 1),
          ...(showing.shareable ? shareButton({ ...question, page }) : []),
        ],
        blockIdOf(environment),
      ),
      ...sightLine(sight, showing.now),
    ],
    attachments: [],
  };
}

const blockIdPrefix = "environment:";

/** The select's options have room for a service's name only: the environment is in its block's id. */
function blockIdOf(environment: string): string {
  return `${blockIdPrefix}${environment}`;
}

export function environmentOfBlock(blockId: string): string | null {
  return blockId.startsWith(blockIdPrefix) ? blockId.slice(blockIdPrefix.length) : null;
}

function spokenSummary(answer: EnvironmentAnswer): string {
  const { environment, rows } = answer;
  if (rows.length === 0) return `Nothing is known to run in ${literal(environment)}.`;
  const troubled = rows.filter((it) => statusOf(it.worst) !== "healthy").slice(0, 3);
  const names = troubled.map((it) => `${literal(it.service)} is ${statusOf(it.worst)}`).join(", ");
  return `${count(rows.length, "service")} in ${literal(environment)}${limit(answer)}: ${counts(answer)}.${names === "" ? "" : ` ${names}.`}`;
}

/** Counts of what was last known are no counts of what is. */
function limit({ sight }: EnvironmentAnswer): string {
  const isWhole = sight.every((it) => it.freshness.state === "live" || it.freshness.state === "asked");
  return isWhole ? "" : ", as far as it can be seen";
}

function counts({ rows }: EnvironmentAnswer): string {
  const each = Map.groupBy(rows, (it) => statusOf(it.worst));
  return [...each].map(([status, all]) => `${all.length} ${status}`).join(", ") || "nothing";
}

/** One word for a row, the same one that the counts use. */
function statusOf({ verdicts: [verdict], pods }: Running): string {
  switch (verdict.kind) {
    case "uniform":
      return pods.ready < pods.wanted ? "not all ready" : "healthy";
    case "rolling":
      return verdict.paused ? "paused half-way" : "rolling out";
    case "mixed":
      return "running mixed digests";
    case "stuck":
    case "drifted":
    case "unknown":
    case "scaled to zero":
      return verdict.kind;
  }
}

function sections(rows: readonly Row[]): KnownBlock[] {
  const chunks = Array.from({ length: Math.ceil(rows.length / rowsPerSection) }, (_, index) =>
    rows.slice(index * rowsPerSection, (index + 1) * rowsPerSection),
  );
  return chunks.map((it) => section(it.map(rowLine).join("\n")));
}

function rowLine({ service, worst, workloads }: Row): string {
  const [main] = worst.containers;
  const tag = main?.image.kind === "reference" ? main.image.tag : null;
  const status = statusOf(worst);
  const parts = [
    ...(status === "scaled to zero" ? [] : [digests(main)]),
    ...(tag === null ? [] : [literal(tag, 30)]),
    `${worst.pods.ready}/${worst.pods.wanted}`,
    ...(worst.since === null ? [] : [ago(worst.since.at)]),
    ...(workloads > 1 ? [`worst of ${workloads}`] : []),
  ];
  const words = status === "healthy" ? "" : ` _${status}_`;
  return `${lookOf(worst).emoji} *${literal(service, 63)}*${words} ${parts.join(" · ")}`;
}

/** In a rollout that brings nothing up, the old digest is what serves. */
function digests(main: RunningContainer | undefined): string {
  const [now, before] = [main?.now, main?.before].map(
    (it) => it?.find(({ digest }) => digest !== null)?.digest ?? null,
  );
  const still = before ? [`still ${code(shortDigest(before))}`] : [];
  return [now ? code(shortDigest(now)) : "no digest yet", ...still].join(", ");
}

/** An option's value has room for 75 characters; a name that is longer can still be typed. */
function openSelect(rows: readonly Row[]): StaticSelect[] {
  const names = rows.map((it) => it.service).filter((it) => it.length > 0 && it.length <= 75);
  const options = names.map((it) => ({ text: plain(it, 75), value: it }));
  if (options.length === 0) return [];
  return [{ type: "static_select", action_id: actionIds.open, placeholder: plain("Open a service…"), options }];
}

function emptyEnvironment({ sight }: EnvironmentAnswer): KnownBlock {
  const unread = sight.some((it) => it.freshness.state === "unread");
  const partial = sight.some((it) => it.freshness.state === "partial");
  const nothing = partial ? "Nothing that we may read is in its namespaces." : "No Deployment is in its namespaces.";
  const why = unread ? "Not everything could be read yet, see below." : nothing;
  return section(why);
}
