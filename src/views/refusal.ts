import type { ModalView } from "@slack/types";
import { type Message, section } from "./message.ts";
import { code, literal, plain } from "./words/text.ts";

/** Why somebody gets no answer. */
export type Refusal =
  /** A button, menu or dialog that is not ours any more, or that somebody has tampered with. */
  | { readonly kind: "older version" }
  | { readonly kind: "unknown command"; readonly command: string }
  /** Somebody of another workspace, in a channel shared with it. */
  | { readonly kind: "stranger" }
  /** Asked in a channel that we cannot post to. `channel` is its id, as Slack gave it. */
  | { readonly kind: "not in channel"; readonly channel: string }
  /** `reference` is in the log beside what happened. */
  | { readonly kind: "broken"; readonly reference: string };

export function refusalMessage(refusal: Refusal): Message {
  return {
    text: words(refusal, (it) => literal(it)),
    blocks: [section(words(refusal, (it) => code(it)))],
    attachments: [],
  };
}

/** For where there is no message to answer in. */
export function refusalModal(refusal: Refusal): ModalView {
  return {
    type: "modal",
    title: plain("whatsrunning", 24),
    close: plain("Close", 24),
    blocks: [section(words(refusal, (it) => code(it)))],
  };
}

function words(refusal: Refusal, typed: (text: string) => string): string {
  switch (refusal.kind) {
    case "older version":
      return `This message is from an older version of whatsrunning. Run ${typed("/whatsrunning")} to ask again.`;
    case "unknown command":
      return `${typed(refusal.command)} is not a command that I answer. Try ${typed("/whatsrunning help")}.`;
    case "stranger":
      return "I answer only people of the workspace that I was installed in.";
    case "not in channel":
      return `I cannot answer in <#${refusal.channel}>, because I am not in that channel. Type ${typed("/invite @whatsrunning")} there, or ask me here.`;
    case "broken":
      return `Something broke, reference ${typed(refusal.reference)}. Try again; if it happens again, that reference is in the log.`;
  }
}
