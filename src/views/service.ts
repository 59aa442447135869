import type { KnownBlock, MrkdwnElement } from "@slack/types";
import { type Agreement, agreements } from "../core/agreement.ts";
import { mainImageOf } from "../core/claims/sought.ts";
import type { Way } from "../core/claims/way.ts";
import type { ServiceAnswer } from "../core/answer.ts";
import type { LinkTemplates } from "../core/image/link.ts";
import type { Platform } from "../core/image/manifest.ts";
import { type Digest, shortDigest } from "../core/image/reference.ts";
import type { Previous, Running } from "../core/running.ts";
import type { Freshness } from "../core/view.ts";
import type { EpochMs } from "../core/workload.ts";
import { containerBlocks } from "./container.ts";
import { lookOf, spoken, verdictWords, type Voice, written } from "./words/headline.ts";
import { actions, askButton, colors, context, type Message, section, shareButton } from "./message.ts";
import { rollbackButton } from "./plan/button.ts";
import { noteBlocks } from "./note.ts";
import { changeWords, commitWords, deployerName, type DeployerNames, deployerWords } from "./words/provenance.ts";
import { missingWords, stageRow, unreadRow } from "./stages.ts";
import { sightLine, sightWarning } from "./words/sight.ts";
import { code, literal, mrkdwn } from "./words/text.ts";
import { ago, count, sinceThen } from "./words/time.ts";

const mostParts = 5;
const mostPlaces = 10;

/** Where links lead, when the answer is read, and whether a Share button makes sense. */
export type Showing = {
  readonly links: LinkTemplates;
  /** Which platform's image a digest is, where that was looked up. */
  readonly platform?: ((digest: Digest) => Platform | null) | undefined;
  /** Where an image itself says that its source lives: GitHub and GitLab show it there. */
  readonly sourceOf?: ((digest: Digest) => string | null) | undefined;
  readonly names?: DeployerNames;
  readonly now: EpochMs;
  readonly shareable: boolean;
  /** Whether it can be rolled back from here, by some. */
  readonly restorable?: boolean;
};

/** One service: the verdict first, then what an on-call engineer asks next. Workloads that agree are one part. */
export function serviceMessage(answer: ServiceAnswer, showing: Showing): Message {
  const { running, service, environment, sight } = answer;
  const { now } = showing;
  const all = agreements(running, (it) => isCurrent(seenOf(it, answer))).map((it) => partOf(it, answer));
  const parts = all.slice(0, mostParts);
  const [only, ...more] = all;
  const single = only && more.length === 0 ? only : null;
  const sentences = parts.map((it) => sentence(it, showing)).join(" ");

  return {
    text: `${sentences || `${summary(answer, spoken)}.`}${sightWarning(sight, now)}`,
    blocks: [section(single ? headline(single, now, written) : summary(answer, written))],
    attachments: [
      ...parts.map((it) => ({
        color: colors[isCurrent(it.seen) ? lookOf(it.whole).color : "amber"],
        fallback: sentence(it, showing),
        blocks: [...(single ? [] : [section(headline(it, now, written))]), ...details(it, showing)],
      })),
      {
        color: colors.grey,
        fallback: "How this is known",
        blocks: [
          ...(all.length > parts.length ? [context(`… and ${all.length - parts.length} more of this name`)] : []),
          ...(answer.ways?.unread ? [context(unreadRow)] : []),
          ...sightLine(sight, now),
          ...actions([
            ...(showing.restorable && running.length > 0
              ? rollbackButton({ service, environment, of: null, to: null })
              : []),
            ...askButton({ kind: "history", service, environment, before: null }, "History", 0),
            ...(showing.shareable ? shareButton({ kind: "service", service, environment }) : []),
          ]),
        ],
      },
    ].filter((it) => it.blocks.length > 0),
  };
}

type Part = {
  /** The first of those that agree, with the pods of all of them. */
  readonly whole: Running;
  readonly members: Agreement;
  readonly named: (voice: Voice) => string;
  readonly seen: Freshness;
  readonly way: Way | null;
};

function partOf(members: Agreement, answer: ServiceAnswer): Part {
  const [first] = members;
  const sum = (of: keyof Running["pods"]) => members.reduce((total, it) => total + it.pods[of], 0);
  const pods = { wanted: sum("wanted"), running: sum("running"), ready: sum("ready"), leaving: sum("leaving") };
  const named = (voice: Voice) =>
    `${voice.strong(first.workload.service)} in ${voice.strong(answer.environment)}${which(members, answer)}`;
  const way = answer.ways?.by.get(mainImageOf(first)?.digest ?? "") ?? null;
  return { whole: { ...first, pods }, members, named, seen: seenOf(first, answer), way };
}

/** With several workloads of one name, each part says which of them it speaks of. */
function which(members: Agreement, { running }: ServiceAnswer): string {
  const [{ workload: first }] = members;
  if (running.length === 1) return "";
  if (members.length === 1) return ` (${literal(`${first.namespace}/${first.name}`)} on ${literal(first.cluster)})`;
  const clusters = [...new Set(members.map((it) => it.workload.cluster))];
  const oneEach = clusters.length === members.length && members.every((it) => it.workload.name === first.name);
  const places = members.map(({ workload: it }) => (oneEach ? it.cluster : `${it.cluster}/${it.namespace}/${it.name}`));
  return ` (the same in ${listed(places.map((it) => literal(it)))})`;
}

function listed(names: readonly string[]): string {
  const shown = names.length > mostPlaces ? [...names.slice(0, mostPlaces - 1), "others"] : names;
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}

function seenOf({ workload }: Running, { sight }: ServiceAnswer): Freshness {
  return sight.find((it) => it.cluster === workload.cluster)?.freshness ?? { state: "unread", because: null };
}

function isCurrent({ state }: Freshness): boolean {
  return state === "live" || state === "partial" || state === "asked";
}

/** What is not seen as it is now is never said as if it were. */
function headline({ whole, seen, named }: Part, now: EpochMs, voice: Voice): string {
  const emoji = voice === spoken ? "" : `${isCurrent(seen) ? lookOf(whole).emoji : ":warning:"} `;
  const [verdict] = whole.verdicts;
  return `${emoji}${asOf(seen, now)}${named(voice)}${verdictWords(verdict, whole, voice)}`;
}

function asOf(seen: Freshness, now: EpochMs): string {
  switch (seen.state) {
    case "live":
    case "partial":
    case "asked":
      return "";
    case "behind":
      return now - seen.at < 1_000 ? "As it was a moment ago: " : `As it was ${sinceThen(now - seen.at)}: `;
    case "unread":
      return "Not read completely: ";
  }
}

function summary({ service, environment, running }: ServiceAnswer, voice: Voice): string {
  const name = `${voice.strong(service)} in ${voice.strong(environment)}`;
  const gone = `${name} is gone: no workload of that name is left`;
  return running.length === 0 ? gone : `${name}: ${count(running.length, "workload")}, told apart`;
}

/** The whole answer in words, for notifications and for those who listen. */
function sentence(part: Part, { now, names }: Showing): string {
  const { since, provenance } = part.whole;
  const [deployer] = provenance.deployers;
  const [commit] = provenance.commits;
  const when = since === null ? "" : `${since.how === "oldest pod" ? "at least " : ""}${sinceThen(now - since.at)} `;
  const by = deployer ? `by ${deployerName(deployer.value, names)}` : "by nobody we know of";
  const trust = commit?.trust === "guessed" ? "perhaps from" : "from";
  const from = commit ? `${trust} commit ${commit.value.slice(0, 10)}` : "commit unknown";
  const missing = part.way?.missing ? ` It was ${missingWords(part.way.missing)}.` : "";
  return `${headline(part, now, spoken)}. Deployed ${when}${by}, ${from}.${missing}`;
}

function details({ whole, members, way }: Part, showing: Showing): KnownBlock[] {
  const places = members.slice(0, mostPlaces).map((it) => placeLine(it, members.length));
  return [
    { type: "section", fields: fields(whole, showing) },
    ...containerBlocks(whole.containers, showing),
    ...(way ? [context(stageRow(way))] : []),
    ...noteBlocks(whole),
    context(places.join("\n")),
  ];
}

function placeLine({ workload, revision, pods }: Running, of: number): string {
  const where = `${workload.kind} ${literal(`${workload.namespace}/${workload.name}`)} · ${literal(workload.cluster)}`;
  const number = revision === null ? "" : ` · revision ${revision.number}`;
  return `${where}${number}${of === 1 ? "" : ` · ${pods.ready} of ${pods.wanted} ready`}`;
}

function fields({ pods, since, provenance, previous, change }: Running, { names }: Showing): MrkdwnElement[] {
  const leaving = pods.leaving === 0 ? "" : ` · ${pods.leaving} leaving`;
  const when = since === null ? "unknown" : `${since.how === "oldest pod" ? "at least " : ""}${ago(since.at)}`;
  return [
    `*Deployed by*\n${deployerWords(provenance, names)}`,
    `*Commit*\n${commitWords(provenance)}`,
    `*Since*\n${when}`,
    `*Pods ready*\n${pods.ready} of ${pods.wanted}${leaving}`,
    `*Before*\n${[previousWords(previous), changeWords(change)].filter((it) => it !== "").join(" · ")}`,
  ].map(mrkdwn);
}

function previousWords(previous: Previous | null): string {
  if (previous === null) return "no other image known";
  const { image, digests, how } = previous;
  if (how === "reference only") {
    return image ? `tag ${code(image.tag ?? "latest")}, its digest was not seen` : "unreadable";
  }
  const tag = image?.tag ? ` (tag ${code(image.tag)})` : "";
  return digests.map((it) => code(shortDigest(it))).join(" and ") + tag;
}
