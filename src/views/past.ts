import type { PastAnswer } from "../core/past/answer.ts";
import { context, type Message, section } from "./message.ts";
import { atMessage } from "./past/at.ts";
import { changesMessage } from "./past/changes.ts";
import { diffMessage } from "./past/diff.ts";
import { historyMessage } from "./past/history.ts";
import { rollbacksMessage } from "./past/rollbacks.ts";
import type { PastShowing } from "./past/showing.ts";
import { whereMessage } from "./past/where.ts";
import { code, literal } from "./words/text.ts";

export function pastMessage(answer: PastAnswer, showing: PastShowing): Message {
  switch (answer.kind) {
    case "at":
      return atMessage(answer, showing);
    case "history":
      return historyMessage(answer, showing);
    case "where":
      return whereMessage(answer, showing);
    case "diff":
      return diffMessage(answer, showing);
    case "changes":
      return changesMessage(answer, showing);
    case "rollbacks":
      return rollbacksMessage(answer, showing);
  }
}

/** The store cannot tell. `sentence` says why, as the store does. What runs now does not depend on it. */
export function pastUnreadable(sentence: string): Message {
  const because = literal(sentence, 400);
  return {
    text: `I cannot tell what was before: my records cannot be read. ${because} What runs now can be asked all the same.`,
    blocks: [
      section(":warning: I cannot tell what was before: my records cannot be read."),
      context(because || "no reason was given"),
      section(`What runs now can be asked all the same: ${code("/whatsrunning checkout prod")}.`),
    ],
    attachments: [],
  };
}
