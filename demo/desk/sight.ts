import type { Shown } from "./block.ts";
import type { Conversation } from "./conversation.ts";

/** Who looks, and where. */
export type Spot = { readonly person: string; readonly channel: string };

/** All that one person has in front of them. */
export type Sight = Conversation & {
  readonly people: readonly { readonly id: string; readonly name: string; readonly role: string }[];
  readonly places: readonly Place[];
  readonly modal: Modal | null;
  readonly commands: readonly { readonly name: string; readonly hint: string }[];
  /** What can be done with a message that everybody sees. */
  readonly shortcuts: readonly { readonly id: string; readonly name: string }[];
  /** What ids in messages read as. */
  readonly names: Readonly<Record<string, string>>;
  readonly seen: readonly Inspected[];
};

export type Place = {
  readonly id: string;
  readonly name: string;
  readonly direct: boolean;
  /** The newest message there that this person sees. */
  readonly latest: string | null;
};

/** One payload that went between Slack and the bot. */
export type Inspected = {
  readonly id: string;
  readonly at: number;
  readonly way: "to the bot" | "from the bot";
  readonly title: string;
  /** How long the bot took to acknowledge it; null: it never did, or there is nothing to acknowledge. */
  readonly ackMs: number | null;
  readonly verdict: string;
  readonly fine: boolean;
};

/** `errors`: sentences beside the fields, by block. `notice`: what there is to say about the whole form. */
export type Answered = { readonly errors: Readonly<Record<string, string>>; readonly notice: string | null };

/** The form in front of one person. */
export type Modal = {
  readonly id: string;
  /** Another one after each change of what it shows. */
  readonly hash: string;
  readonly title: string;
  /** Null: there is nothing to send. */
  readonly submit: string | null;
  readonly close: string;
  readonly blocks: readonly Shown[];
  /** How many lie below it. */
  readonly below: number;
};
