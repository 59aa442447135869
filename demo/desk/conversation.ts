import type { Message } from "../../sim/slack/messages.ts";
import { type Attachment, attachments, blocks, type Shown } from "./block.ts";
import { type Inline, parseMrkdwn } from "./mrkdwn.ts";

/** What one person sees in a channel, oldest first. */
export type Conversation = {
  readonly channel: string;
  readonly person: string;
  readonly items: readonly Item[];
};

export type Item =
  | {
      readonly kind: "message";
      readonly id: string;
      readonly at: number;
      readonly author: string;
      readonly app: boolean;
      readonly onlyYou: boolean;
      readonly edited: boolean;
      /** The message that it answers; null: it stands in the channel. */
      readonly thread: string | null;
      /** An answer that the channel is shown too. */
      readonly broadcast: boolean;
      /** Shown where there are no blocks; with blocks it is what notifications read. */
      readonly text: readonly Inline[];
      readonly blocks: readonly Shown[];
      readonly attachments: readonly Attachment[];
    }
  /** A command, which in Slack itself leaves no trace. */
  | Note<"typed">
  /** What the page itself has to say, such as that a command is not known. */
  | Note<"notice">;

type Note<Kind> = {
  readonly kind: Kind;
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly thread: string | null;
};

type Noted = Exclude<Item, { readonly kind: "message" }>;

type Seen = {
  readonly channel: string;
  readonly person: string;
  readonly messages: readonly Message[];
  readonly noted: readonly Noted[];
  readonly nameOf: (user: string) => string;
};

export function conversationOf({ channel, person, messages, noted, nameOf }: Seen): Conversation {
  const shown = messages.map((it): Item => ({
    kind: "message",
    id: it.ts,
    at: Number(it.ts) * 1_000,
    author: nameOf(it.user),
    app: it.bot,
    onlyYou: it.reader !== null,
    edited: it.edited,
    thread: it.thread,
    broadcast: it.broadcast,
    text: parseMrkdwn(it.text),
    blocks: blocks.parse(it.blocks),
    attachments: attachments.parse(it.attachments),
  }));
  return { channel, person, items: [...shown, ...noted].toSorted((a, b) => a.at - b.at) };
}

type Where = { readonly person: string; readonly channel: string; readonly thread: string | null };

/** What was typed and what went wrong, beside what Slack keeps. Each person sees their own. */
export function createNotes(now: () => number, changed: () => void) {
  const all: { readonly where: Where; readonly note: Noted }[] = [];
  return {
    of: (person: string, channel: string): readonly Noted[] =>
      all.filter(({ where }) => where.person === person && where.channel === channel).map(({ note }) => note),
    add(where: Where, kind: Noted["kind"], text: string): void {
      const note = { kind, text, at: now(), id: `${kind}-${all.length}`, thread: where.thread };
      all.push({ where, note });
      changed();
    },
  };
}
