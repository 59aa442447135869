import type { Sight } from "../core/answer.ts";
import type { Because, Question } from "../core/question/question.ts";
import type { EpochMs } from "../core/workload.ts";
import { actions, askButton, type Message, section } from "./message.ts";
import { sightLine, sightWarning } from "./words/sight.ts";
import { code, literal } from "./words/text.ts";
import { inOffset, inZone, lately } from "./words/time.ts";

/** A text that is no question yet: what was not understood, and what may have been meant. */
export function unclearMessage(unclear: Because, seen: readonly Sight[], now: EpochMs): Message {
  const sight = aboutTime.has(unclear.kind) ? [] : seen;
  const choices = "choices" in unclear ? unclear.choices : [];
  const buttons = choices.flatMap((it, index) => askButton(it, choiceLabel(it), index));
  const offered =
    choices.length === 0
      ? ""
      : ` Did you mean ${choices
          .map(choiceLabel)
          .map((it) => literal(it))
          .join(", or ")}?`;
  return {
    text: `${words(unclear, (it) => literal(it))}${offered}${sightWarning(sight, now)}`,
    blocks: [
      section(`${words(unclear, (it) => code(it, 70))}${choices.length === 0 ? "" : " Did you mean:"}`),
      ...actions(buttons),
      ...(sight.every((it) => it.freshness.state === "live") ? [] : sightLine(sight, now)),
    ],
    attachments: [],
  };
}

/** What nobody has to see a cluster for. */
const aboutTime: ReadonlySet<Because["kind"]> = new Set([
  "no time",
  "no span",
  "span too long",
  "future",
  "twice",
  "skipped",
  "whole day",
]);

function words(unclear: Because, name: (text: string) => string): string {
  switch (unclear.kind) {
    case "ambiguous":
      return `${name(unclear.word)} can be read in more than one way.`;
    case "no service":
      return `I do not see ${name(unclear.word)} in ${name(unclear.environment)}.`;
    case "no environment": {
      const known = unclear.environments.map((it) => name(it)).join(", ");
      return `I do not know ${name(unclear.word)} as a service or as an environment. There is: ${known}.`;
    }
    case "several named":
      return "That message names more than one thing.";
    case "nothing named": {
      const known = unclear.environments.map((it) => name(it)).join(", ");
      const unseen = unclear.unseen.map((it) => name(it)).join(", ");
      const nowhere = unseen === "" ? "" : ` Nothing that I see runs ${unseen}.`;
      return `I see nothing in that message that I know. I looked for services, for environments (${known}) and for digests.${nowhere}`;
    }
    case "never seen":
      return `I know of nothing called ${name(unclear.word)} in ${name(unclear.environment)}, now or in the past.`;
    case "incomplete":
      return `That names no ${unclear.command === "where" ? "digest, commit or tag" : "service"}. Try ${name(`/whatsrunning ${examples[unclear.command]}`)}.`;
    case "two environments":
      return `I compare two environments, whole. Try ${name("/whatsrunning diff staging prod")}.`;
    case "no time":
      return `I do not understand ${name(unclear.word) || "nothing"} as a time. I know times like ${timeExamples.map((it) => name(it)).join(", ")}.`;
    case "no span":
      return `I do not understand ${name(unclear.word)}. I know stretches of time like ${name("60m")}, ${name("2h")}, ${name("1d")}, and ${name("since 9:30")}.`;
    case "span too long":
      return `I look back ${unclear.mostDays} days at most for changes. The history of a service goes back further.`;
    case "future":
      return `${name(inZone(unclear.at, unclear.zone))} is in the future.`;
    case "twice":
      return `${name(unclear.local)} came twice in ${name(unclear.zone)}: the clocks were set back.`;
    case "skipped":
      return `${name(unclear.local)} never was in ${name(unclear.zone)}: the clocks were set forward past it.`;
    case "whole day":
      return `${name(unclear.local)} (${name(unclear.zone)}) is a whole day: which time of it?`;
    case "not yet":
      return `${name(unclear.word)} cannot be answered yet. Try ${name("/whatsrunning help")}.`;
    case "too long":
      return `That is more than a service and an environment. Try ${name("/whatsrunning checkout prod")}.`;
  }
}

const examples = {
  at: "checkout prod at 14:00",
  history: "history checkout prod",
  where: "where 3f9a1c7d2b4e",
  rollback: "rollback checkout prod",
} as const;

const timeExamples = ["14:00", "2 hours ago", "yesterday 14:00", "monday 9:30", "23 nov 14:00", "2026-11-23T14:00:00Z"];

function choiceLabel(question: Question): string {
  switch (question.kind) {
    case "help":
      return "help";
    case "environment":
      return `everything in ${question.environment}`;
    case "service":
      return `${question.service} in ${question.environment}`;
    case "at":
      return `${inOffset(question.at, question.zone)}, ${question.service} in ${question.environment}`;
    case "history":
      return `history of ${question.service} in ${question.environment}`;
    case "where":
      return `where ${question.what} runs`;
    case "rollback":
      return `roll back ${question.service} in ${question.environment}`;
    case "diff":
      return `${question.from} and ${question.to} compared`;
    case "changes":
      return `changes in ${question.environment} in the ${lately(question.minutes)}`;
    case "rollbacks":
      return `rollbacks in ${question.environment}`;
  }
}
