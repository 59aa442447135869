import type { KnownBlock } from "@slack/types";
import type { AtAnswer } from "../../core/past/answer.ts";
import type { Kind, Release } from "../../core/ledger/release.ts";
import type { EpochMs } from "../../core/workload.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { type Color, colors, context, type Message, section } from "../message.ts";
import { briefly, commitWords, deployerName, deployerWords } from "../words/provenance.ts";
import { sightWarning } from "../words/sight.ts";
import { literal, mrkdwn } from "../words/text.ts";
import { ago, count, inZone, when } from "../words/time.ts";
import { faredOf, wasOnItsWay } from "./fared.ts";
import { fullImage, imageWords } from "./image.ts";
import { momentWords } from "./moment.ts";
import { placeWords } from "./row.ts";
import { footer, type PastShowing } from "./showing.ts";

const mostParts = 5;
const mostContainers = 3;

type Found = AtAnswer["found"][0];

/** What ran at one moment, workload by workload. */
export function atMessage(answer: AtAnswer, showing: PastShowing): Message {
  const { found, service, environment } = answer;
  const { now, sight } = showing;
  const shown = found.slice(0, mostParts);
  return {
    text: `${verdict(answer, spoken)}${shown.map((it) => sentence(it, answer)).join("")}${sightWarning(sight, now)}`,
    blocks: [
      section(`:clock3: ${verdict(answer, written)}`),
      context(`${when(answer.at)} for you · ${ago(answer.at)}`),
    ],
    attachments: [
      ...shown.map((it) => ({
        color: colors[colorOf(it, now)],
        fallback: `${thenWords(it, answer, spoken)}.`,
        blocks: details(it, answer, now),
      })),
      {
        color: colors.grey,
        fallback: "What can be asked next",
        blocks: [
          ...(found.length > shown.length ? [context(`… and ${found.length - shown.length} more of this name`)] : []),
          ...footer(showing, [[{ kind: "history", service, environment, before: null }, "History"]]),
        ],
      },
    ].filter((it) => it.blocks.length > 0),
  };
}

/** The same for all, or told apart below. */
function verdict(answer: AtAnswer, voice: Voice): string {
  const { service, environment, found, at, zone } = answer;
  const name = `${voice.strong(service)} in ${voice.strong(environment)}`;
  const then = `at ${voice.strong(inZone(at, zone))}`;
  const [first, ...more] = found;
  if (!first) return `${name}: I know of nothing of that name ${then}.`;
  if (!isAlike(answer)) return `${name}: ${count(found.length, "workload")} ${then}, told apart.`;
  const all = found.length === 2 ? "both" : `all ${found.length}`;
  return `${name} ${then}: ${thenWords(first, answer, voice)}${more.length === 0 ? "" : `, in ${all} workloads`}.`;
}

function isAlike(answer: AtAnswer): boolean {
  return new Set(answer.found.map((it) => thenWords(it, answer, spoken))).size === 1;
}

/** "it ran sha256:… (tag 1.4.2)", with all the doubt that there is. */
function thenWords({ was }: Found, { at, zone }: AtAnswer, voice: Voice): string {
  const shown = (time: EpochMs) => voice.strong(inZone(time, zone));
  switch (was.kind) {
    case "ran": {
      const doubt =
        was.until === null ? "" : `, or already what came next: that began ${momentWords(was.until, shown)}`;
      const image = imageWords(was.release, voice);
      const ran = wasOnItsWay(was.release, at)
        ? `it was to run ${image}, which was not seen healthy by then: pods of the release before may still have served`
        : `it ran ${image}`;
      return `${ran}${doubt}`;
    }
    case "gone": {
      const { end } = was.last;
      return `nothing ran, it was deleted${end === null ? "" : ` ${momentWords(end, shown)}`}`;
    }
    case "not known":
      return was.first === null
        ? "I do not know what ran"
        : `I do not know what ran, my records of it begin ${shown(was.first)}`;
  }
}

/** Who and from which commit, for those who listen. */
function sentence(found: Found, answer: AtAnswer): string {
  const { was } = found;
  const isOne = answer.found.length === 1;
  const then = isAlike(answer) ? "" : ` ${thenWords(found, answer, spoken)}.`;
  const apart = isOne || (was.kind !== "ran" && then === "") ? "" : ` ${placeWords(found)}:${then}`;
  if (was.kind !== "ran") return apart;
  const { provenance, start, kind } = was.release;
  const [[deployer], [commit]] = [provenance.deployers, provenance.commits];
  const by = deployer ? `by ${deployerName(deployer.value)}` : "by nobody we know of";
  const trust = commit?.trust === "guessed" ? "perhaps from" : "from";
  const from = commit ? `${trust} commit ${literal(commit.value.slice(0, 10))}` : "commit unknown";
  const [began, deployed] = beginnings[kind];
  return `${apart} ${began} ${momentWords(start, (at) => inZone(at, answer.zone))}${deployed} ${by}, ${from}.`;
}

const beginnings = {
  deploy: ["Deployed", ""],
  rollback: ["Brought back", ""],
  restart: ["Restarted", "; its image was deployed"],
  configuration: ["Its configuration changed", "; its image was deployed"],
} satisfies Record<Kind, readonly [string, string]>;

function colorOf({ was }: Found, now: EpochMs): Color {
  if (was.kind !== "ran") return "grey";
  return was.until === null ? faredOf(was.release, now).color : "amber";
}

function details(found: Found, answer: AtAnswer, now: EpochMs): KnownBlock[] {
  const { was } = found;
  const place = context(placeWords(found));
  if (answer.found.length > 1) {
    const period = was.kind === "ran" ? [context(periodWords(was.release, answer, now))] : [];
    return [section(thenWords(found, answer, written)), ...period, place];
  }
  return was.kind === "ran" ? [...releaseBlocks(was.release, answer, now), place] : [place];
}

function periodWords(release: Release, { zone }: AtAnswer, now: EpochMs): string {
  const shown = (at: EpochMs) => inZone(at, zone);
  const { provenance, start, end } = release;
  const until = end === null ? "still in force" : `until ${momentWords(end, shown)}`;
  const fared = faredOf(release, now);
  return `from ${momentWords(start, shown)}, ${until} · ${briefly(provenance)} · ${fared.emoji} ${fared.words}`;
}

function releaseBlocks(release: Release, { zone }: AtAnswer, now: EpochMs): KnownBlock[] {
  const { provenance, start, end, containers } = release;
  const shown = (at: EpochMs) => `${when(at)} (${inZone(at, zone)})`;
  const fared = faredOf(release, now);
  const fields = [
    `*Deployed by*\n${deployerWords(provenance)}`,
    `*Commit*\n${commitWords(provenance)}`,
    `*From*\n${momentWords(start, shown)}`,
    `*Until*\n${end === null ? "still in force" : momentWords(end, shown)}`,
    `*What became of it*\n${fared.emoji} ${fared.words}`,
  ];
  const left = containers.length - mostContainers;
  return [
    { type: "section", fields: fields.map(mrkdwn) },
    ...containers.slice(0, mostContainers).map((it) => section(fullImage(it))),
    ...(left > 0 ? [context(`… and ${count(left, "more container")}`)] : []),
  ];
}
