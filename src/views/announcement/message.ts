import type { KnownBlock } from "@slack/types";
import { type State, stateOf, stateOfAll } from "../../core/announcement/state.ts";
import { commitsOf, type Story } from "../../core/announcement/story.ts";
import type { LinkTemplates } from "../../core/image/link.ts";
import { compareLink } from "../../core/provenance/commit-link.ts";
import { spoken, written } from "../words/headline.ts";
import { actions, askButton, colors, context, type Message, section } from "../message.ts";
import { imageWords } from "../past/image.ts";
import { momentWords } from "../past/moment.ts";
import { rollbackButton } from "../plan/button.ts";
import { briefly, changeWords, deployerName } from "../words/provenance.ts";
import { link, literal } from "../words/text.ts";
import { when } from "../words/time.ts";
import { changeLines } from "./change.ts";
import { causeWords, failureLines } from "./failure.ts";
import { flagLines } from "./flags.ts";
import { looks } from "./look.ts";
import { partWords, verdictWords } from "./verdict.ts";

const mostParts = 8;

/** The one message about a release: its first line is the verdict, and it is kept true. */
export function announcementMessage(story: Story, links: LinkTemplates): Message {
  const { parts } = story;
  const { emoji, color } = looks[stateOfAll(parts)];
  const blocks = [
    ...whatBlocks(story, links),
    ...failureBlocks(story),
    ...(parts.length > 1 ? [section(partLines(story).join("\n"))] : []),
    context([...byWords(story), ...compareWords(story), beganWords(story)].join(" · ")),
    ...[...flagLines(story), ...afterwards(story)].map(context),
    ...buttons(story),
  ];
  return {
    text: sentence(story),
    blocks: [section(`${emoji} ${verdictWords(story, written)}`)], // or Slack would show the text as well
    attachments: [{ color: colors[color], fallback: verdictWords(story, spoken), blocks }],
  };
}

/** All of it for who cannot see the rest. */
function sentence(story: Story): string {
  const { release } = story.parts[0];
  const [deployer] = release.provenance.deployers;
  const by = deployer ? `by ${deployerName(deployer.value)}` : "by nobody we know of";
  const [failed] = story.parts.filter((it) => stateOf(it) === "failed");
  const outcome = failed?.last.outcome;
  const why = outcome?.state === "failed" ? ` ${causeWords(outcome.because, spoken)}.` : "";
  const is = isOver(story) ? "It was" : "It is";
  return `${verdictWords(story, spoken)}. ${is} ${imageWords(release, spoken)}, ${by}.${why}`;
}

/** Of what is over nobody should read that it is what runs. */
function whatBlocks(story: Story, links: LinkTemplates): KnownBlock[] {
  const lines = changeLines(story.parts[0], links);
  if (lines.length === 0) return [];
  return [section((isOver(story) ? lines.map((it) => `_was_ ${it}`) : lines).join("\n"))];
}

function isOver({ parts }: Story): boolean {
  return over.has(stateOfAll(parts));
}

const over: ReadonlySet<State> = new Set(["rolled back", "superseded", "gone"]);

function failureBlocks({ parts }: Story): KnownBlock[] {
  const [failed] = parts.filter((it) => stateOf(it) === "failed");
  return failed ? [section(failureLines(failed).join("\n"))] : [];
}

function partLines({ parts }: Story): readonly string[] {
  const left = parts.length - mostParts;
  const lines = parts.slice(0, mostParts).map((it) => `${looks[stateOf(it)].emoji} ${partWords(it)} · ${stateOf(it)}`);
  return left > 0 ? [...lines, `… and ${left} more`] : lines;
}

/** Who, from which commit, and what it says of itself. */
function byWords({ parts: [{ release }] }: Story): readonly string[] {
  const { provenance } = release;
  return [briefly(provenance), ...(provenance.subject === null ? [] : [literal(provenance.subject, 72)])];
}

/** How many commits lie between, where pipelines told; else the page that tells. */
function compareWords(story: Story): readonly string[] {
  const { flags, parts } = story;
  if (flags.source) {
    const source = flags.source.source ?? parts[0].release.provenance.source;
    return [changeWords({ ...flags.source, source })].filter((it) => it !== "");
  }
  const pair = commitsOf(story);
  const url = pair && compareLink(pair.source, pair.from, pair.to);
  return url === null ? [] : [link(url, "compare")];
}

/** One that happened while nobody looked says so, and between what. */
function beganWords({ announcement: { missedSince }, parts: [{ release }] }: Story): string {
  if (release.start.notBefore !== null) return momentWords(release.start, when);
  const began = `began ${when(release.start.at)}`;
  return missedSince === null ? began : `${began}, while I was not looking (since ${when(missedSince)})`;
}

/** One that was done, and is no longer what runs. */
function afterwards({ parts }: Story): readonly string[] {
  const [replaced] = parts.filter((it) => stateOf(it) === "done" && it.next !== null);
  return replaced?.next ? [`Replaced since by ${imageWords(replaced.next, written)}`] : [];
}

/** What is over offers nothing that would act on what came after it. */
function buttons({ announcement: { service, environments }, parts }: Story): KnownBlock[] {
  const [environment] = environments;
  const isInForce = parts.some((it) => it.next === null && it.last.end === null);
  const [first] = parts;
  const of = parts.length === 1 ? first.announced.of : null;
  return actions([
    ...askButton({ kind: "changes", environment, minutes: 60, after: null }, "What changed", 0),
    ...askButton({ kind: "history", service, environment, before: null }, "History", 1),
    ...(isInForce && first.before !== null ? rollbackButton({ environment, service, of, to: null }) : []),
  ]);
}
