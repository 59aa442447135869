import { stateOf } from "../../core/announcement/state.ts";
import type { Story } from "../../core/announcement/story.ts";
import type { ReleasedContainer } from "../../core/ledger/release.ts";
import { spoken, written } from "../words/headline.ts";
import { context, type Message, section } from "../message.ts";
import { differenceWords } from "../past/difference.ts";
import { fullImage, imageWords } from "../past/image.ts";
import { commitWords, deployerWords } from "../words/provenance.ts";
import { literal, mrkdwn } from "../words/text.ts";
import { failureHeard, failureLines } from "./failure.ts";
import { actionOf } from "./look.ts";
import { titleWords } from "./verdict.ts";

/** What is said in the thread of an announcement. */

const mostContainers = 4;
const mostParts = 5;

/** All that can be copied, and who says so. */
export function detailsMessage(story: Story): Message {
  const { parts, announcement } = story;
  const { release, before } = parts[0];
  const different = differenceWords(release, before);
  const fields = [
    `*Deployed by*\n${deployerWords(release.provenance)}`,
    `*Commit*\n${commitWords(release.provenance)}`,
  ];
  return {
    text: `Details of this release of ${titleWords(announcement, spoken)}.`,
    blocks: [
      section(`*What runs*\n${shown(parts[0].last.containers)}`),
      section(before === null ? "It is the first release that I know of" : `*Before*\n${shown(before.containers)}`),
      ...(different === null ? [] : [section(different)]),
      { type: "section", fields: fields.map(mrkdwn) },
      ...parts
        .slice(0, mostParts)
        .map(({ announced: { of, cluster } }) =>
          context(`${of.kind} ${literal(`${of.namespace}/${of.name}`, 130)} · ${literal(cluster, 80)}`),
        ),
    ],
    attachments: [],
  };
}

function shown(containers: readonly ReleasedContainer[]): string {
  const left = containers.length - mostContainers;
  const each = containers.slice(0, mostContainers).map(fullImage);
  return [...each, ...(left > 0 ? [`… and ${left} more`] : [])].join("\n");
}

/** Shown to the channel: it is why somebody would look at all. `mention`: who deployed it, in Slack. */
export function failedMessage(story: Story, mention: string | null): Message {
  const failed = story.parts.find((it) => stateOf(it) === "failed") ?? story.parts[0];
  const whom = mention === null ? "" : ` <@${mention}>`;
  // it is the release that failed: the service may well be served by the one before
  const title = `${titleWords(story.announcement, written)}: ${actionOf(failed)} failed`;
  return {
    text: `${titleWords(story.announcement, spoken)}: ${actionOf(failed)} failed.${whom} ${failureHeard(failed)}`,
    blocks: [section([`:x: ${title}${whom}`, ...failureLines(failed)].join("\n"))],
    attachments: [],
  };
}

/** Shown to the channel: whoever read of the failure reads that it is over. */
export function restoredMessage(story: Story): Message {
  const { next, last } = story.parts[0];
  const runs = imageWords(next ?? last, written);
  const how = next === null ? "It is healthy now" : "Another release is healthy in its place";
  return {
    text: `${titleWords(story.announcement, spoken)} is well again. ${how}.`,
    blocks: [section(`:white_check_mark: ${titleWords(story.announcement, written)} is well again: ${runs}. ${how}`)],
    attachments: [],
  };
}
