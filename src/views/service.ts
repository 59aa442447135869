import type { KnownBlock, MrkdwnElement } from "@slack/types";
import type { ServiceAnswer } from "../core/answer.ts";
import type { RunningContainer } from "../core/container.ts";
import { imageLink, type LinkTemplates, pullable } from "../core/image/link.ts";
import { type Digest, parseReference, shortDigest } from "../core/image/reference.ts";
import type { Previous, Running } from "../core/running.ts";
import type { Freshness } from "../core/view.ts";
import type { EpochMs } from "../core/workload.ts";
import { lookOf, spoken, verdictWords, type Voice, written } from "./headline.ts";
import { actions, colors, context, type Message, section, shareButton } from "./message.ts";
import { noteBlocks } from "./note.ts";
import { commitWords, deployerName, deployerWords } from "./provenance.ts";
import { sightLine, sightWarning } from "./sight.ts";
import { code, link, literal, mrkdwn } from "./text.ts";
import { ago, count, duration } from "./time.ts";

const mostWorkloads = 5;
const mostContainers = 5;

/** Where links lead, when the answer is read, and whether a Share button makes sense. */
export type Showing = { readonly links: LinkTemplates; readonly now: EpochMs; readonly shareable: boolean };

/** One service: the verdict first, then what an on-call engineer asks next. */
export function serviceMessage(answer: ServiceAnswer, showing: Showing): Message {
  const { running, service, environment, sight } = answer;
  const shown = running
    .slice(0, mostWorkloads)
    .map((it) => ({ ...it, named: nameOf(it, answer), seen: seenOf(it, answer) }));
  const [only, ...more] = shown;
  const single = only && more.length === 0 ? only : null;
  const left = running.length - shown.length;
  const sentences = shown.map((it) => sentence(it, showing.now)).join(" ");

  return {
    text: `${sentences || `${summary(answer, spoken)}.`}${sightWarning(sight, showing.now)}`,
    blocks: [section(single ? headline(single, showing.now, written) : summary(answer, written))],
    attachments: [
      ...shown.map((it) => ({
        color: colors[it.seen.state === "live" ? lookOf(it).color : "amber"],
        fallback: sentence(it, showing.now),
        blocks: [...(single ? [] : [section(headline(it, showing.now, written))]), ...details(it, showing)],
      })),
      {
        color: colors.grey,
        fallback: "How this is known",
        blocks: [
          ...(left > 0 ? [context(`… and ${count(left, "more workload")} of this name`)] : []),
          ...sightLine(sight, showing.now),
          ...actions(showing.shareable ? shareButton({ kind: "service", service, environment }) : []),
        ],
      },
    ].filter((it) => it.blocks.length > 0),
  };
}

type Shown = Running & { readonly named: (voice: Voice) => string; readonly seen: Freshness };

/** With several of one name, each says which it is. */
function nameOf({ workload }: Running, { environment, running }: ServiceAnswer): Shown["named"] {
  const which =
    running.length === 1
      ? ""
      : ` (${literal(workload.namespace)}/${literal(workload.name)} on ${literal(workload.cluster)})`;
  return (voice) => `${voice.strong(workload.service)}${which} in ${voice.strong(environment)}`;
}

function seenOf({ workload }: Running, { sight }: ServiceAnswer): Freshness {
  return sight.find((it) => it.cluster === workload.cluster)?.freshness ?? { state: "unread", because: null };
}

/** What is not seen live is never said as if it were. */
function headline(shown: Shown, now: EpochMs, voice: Voice): string {
  const { seen, verdicts, named } = shown;
  const [verdict] = verdicts;
  const live = seen.state === "live";
  const emoji = voice === spoken ? "" : `${live ? lookOf(shown).emoji : ":warning:"} `;
  const asOf =
    seen.state === "behind" ? `As it was ${duration(now - seen.at)} ago: ` : live ? "" : "Not read completely: ";
  return `${emoji}${asOf}${named(voice)}${verdictWords(verdict, shown, voice)}`;
}

function summary({ service, environment, running }: ServiceAnswer, voice: Voice): string {
  const name = `${voice.strong(service)} in ${voice.strong(environment)}`;
  const gone = `${name} is gone: no workload of that name is left`;
  return running.length === 0 ? gone : `${name}: ${count(running.length, "workload")}`;
}

/** The whole answer in words, for notifications and for those who listen. */
function sentence(shown: Shown, now: EpochMs): string {
  const { since, provenance } = shown;
  const [deployer] = provenance.deployers;
  const [commit] = provenance.commits;
  const when = since === null ? "" : `${since.how === "oldest pod" ? "at least " : ""}${duration(now - since.at)} ago `;
  const by = deployer ? `by ${deployerName(deployer.value)}` : "by nobody we know of";
  const from = commit
    ? `${commit.trust === "guessed" ? "perhaps from" : "from"} commit ${commit.value.slice(0, 10)}`
    : "commit unknown";
  return `${headline(shown, now, spoken)}. Deployed ${when}${by}, ${from}.`;
}

function details(running: Running, showing: Showing): KnownBlock[] {
  const { workload, containers, revision } = running;
  const shown = containers.slice(0, mostContainers);
  const left = containers.length - shown.length;
  const where = `${workload.kind} ${literal(`${workload.namespace}/${workload.name}`)} · ${literal(workload.cluster)}`;
  const number = revision === null ? "" : ` · revision ${revision.number}`;
  return [
    { type: "section", fields: fields(running) },
    ...shown.map((it) => containerBlock(it, containers.length, showing.links)),
    ...(left > 0 ? [context(`… and ${count(left, "more container")}`)] : []),
    ...noteBlocks(running),
    context(`${where}${number}`),
  ];
}

function fields(running: Running): MrkdwnElement[] {
  const { pods, since, provenance, previous } = running;
  const leaving = pods.leaving === 0 ? "" : ` · ${pods.leaving} leaving`;
  const when = since === null ? "unknown" : `${since.how === "oldest pod" ? "at least " : ""}${ago(since.at)}`;
  return [
    `*Deployed by*\n${deployerWords(provenance)}`,
    `*Commit*\n${commitWords(provenance)}`,
    `*Since*\n${when}`,
    `*Pods ready*\n${pods.ready} of ${pods.wanted}${leaving}`,
    `*Before*\n${previousWords(previous)}`,
  ].map(mrkdwn);
}

function previousWords(previous: Previous | null): string {
  if (previous === null) return "no other image known";
  const { image, digests, how } = previous;
  const tag = image?.tag ? ` (tag ${code(image.tag)})` : "";
  if (how === "reference only")
    return image ? `tag ${code(image.tag ?? "latest")}, its digest was not seen` : "unreadable";
  return digests.map((it) => code(shortDigest(it))).join(" and ") + tag;
}

/** The full reference, to be copied, with the registry's page where it is known to be right. */
function containerBlock(container: RunningContainer, of: number, links: LinkTemplates): KnownBlock {
  const role = container.injected ? `injected ${container.role}` : container.role;
  const name = of === 1 ? "" : `*${literal(container.name)}*${role === "main" ? "" : ` (${role})`}\n`;
  const lines = container.now.flatMap((it) =>
    it.digest === null ? [] : imageLine(container, { ...it, digest: it.digest }, links),
  );
  const asked = container.image.kind === "invalid" ? container.image.text : pulled(container);
  const nothing = `${code(asked, 400)} · nothing has started from it yet`;
  return section(`${name}${lines.slice(0, 4).join("\n") || nothing}`);
}

type Seen = {
  readonly digest: Digest;
  readonly kind: string;
  readonly name: string | null;
  readonly pods: readonly unknown[];
};

function imageLine({ image, now }: RunningContainer, seen: Seen, links: LinkTemplates): string {
  const pods = now.length === 1 ? "" : ` · ${count(seen.pods.length, "pod")}`;
  if (seen.kind !== "repoDigest")
    return `${code(seen.digest)} · the image's own id, no registry knows it by this${pods}`;
  const reference = parseReference(seen.name ?? "");
  const known =
    image.kind === "reference" && image.repository === (reference.kind === "reference" ? reference.repository : "");
  const named = known ? image : reference;
  if (named.kind === "invalid") return `${code(seen.digest)}${pods}`;
  const page = imageLink(named, seen.digest, links);
  const shown = page === null ? "" : ` · ${link(page.url, page.to === "image" ? "open image" : "open repository")}`;
  return `${code(pullable(named, seen.digest), 400)}${shown}${pods}`;
}

function pulled({ image }: RunningContainer): string {
  if (image.kind === "invalid") return image.text;
  const name = `${image.registry}/${image.repository}`;
  return `${name}${image.tag === null ? "" : `:${image.tag}`}${image.digest === null ? "" : `@${image.digest}`}`;
}
