import type { Sight } from "../core/answer.ts";
import type { Because, Question } from "../core/question/question.ts";
import type { EpochMs } from "../core/workload.ts";
import { actions, askButton, type Message, section } from "./message.ts";
import { sightLine, sightWarning } from "./sight.ts";
import { code, literal } from "./text.ts";

/** A text that is no question yet: what was not understood, and what may have been meant. */
export function unclearMessage(unclear: Because, sight: readonly Sight[], now: EpochMs): Message {
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
    case "not yet":
      return `${name(unclear.word)} cannot be answered yet. Try ${name("/whatsrunning help")}.`;
    case "too long":
      return `That is more than a service and an environment. Try ${name("/whatsrunning checkout prod")}.`;
  }
}

function choiceLabel(question: Question): string {
  switch (question.kind) {
    case "help":
      return "help";
    case "environment":
      return `everything in ${question.environment}`;
    case "service":
      return `${question.service} in ${question.environment}`;
  }
}
