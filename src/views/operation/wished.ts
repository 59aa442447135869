import { type Message, section } from "../message.ts";
import { literal } from "../words/text.ts";

/** What came of a wish. `why` is a sentence for people. */
type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly because: Refused }
  | { readonly kind: "not allowed" | "not now"; readonly because: string };

type Refused =
  | "over"
  | "too late"
  | "not applied"
  | "superseded"
  | "no such pod"
  | "asked already"
  | "no such operation"
  | "changed meanwhile";

/** For the one who pressed. Null: the message of the operation says it itself. */
export function wishedMessage(outcome: Outcome): Message | null {
  switch (outcome.kind) {
    case "done":
      return null;
    case "refused":
      return said(`:no_entry: ${refused[outcome.because]}`);
    case "not allowed":
      return said(`:no_entry: You may not do that. ${literal(outcome.because, 600)}`);
    case "not now":
      return said(`:warning: That cannot be done just now, and nothing was changed: ${literal(outcome.because, 600)}`);
  }
}

const refused: Record<Refused, string> = {
  over: "That is over already: nothing is left to stop.",
  "too late": "It is too late to stop it: the change is made. It can be undone.",
  "not applied": "The workload was not changed by that, so there is nothing to undo.",
  superseded: "The workload was changed again since: undoing this would undo what came after it.",
  "no such pod": "That pod does not hold anything up any more.",
  "asked already": "That was asked for already.",
  "no such operation": "I have no record of that operation any more.",
  "changed meanwhile": "Too much happened to it at the same time. Try again.",
};

function said(text: string): Message {
  return { text: text.replace(/^:\w+: /, ""), blocks: [section(text)], attachments: [] };
}
