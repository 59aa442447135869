import type { EpochMs } from "../core/workload.ts";
import type { Message } from "../views/message.ts";

/** Where a message of ours stands. `ts` is Slack's name for it within the channel. */
export type MessageRef = { readonly channel: string; readonly ts: string };

/**
 * Messages that nobody has to ask for. Each call sends at most once, and never rejects but for a fault of our own or with the
 * reason of `stop`. The whole app's calls keep one budget: one message a second and channel, and no more edits than Slack allows.
 */
export type Chat = {
  post(post: Post, stop: AbortSignal): Promise<Told<MessageRef>>;
  edit(at: MessageRef, message: Message, stop: AbortSignal): Promise<Told<null>>;
  /** Messages of ours that carry this key, oldest first. Looks in a thread where one is named, else in the channel. */
  find(
    where: { readonly channel: string; readonly thread: string | null; readonly key: string; readonly since: EpochMs },
    stop: AbortSignal,
  ): Promise<Told<readonly MessageRef[]>>;
};

type Post = {
  readonly channel: string;
  /** The message that it answers. Null: it stands by itself. */
  readonly thread: string | null;
  /** Shows what is said in a thread to the channel too. */
  readonly broadcast: boolean;
  readonly message: Message;
  /** Kept in the message's metadata, so that it is found again. */
  readonly key: string;
};

/** What came of a call. `because` is a sentence for people. */
export type Told<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Not done: too many calls. */
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** Not done, and not before somebody changes something. */
  | {
      readonly kind: "refused";
      readonly what: "channel" | "message gone" | "not granted" | "content" | "other";
      readonly because: string;
    }
  /** No certain answer: it may have been done. */
  | { readonly kind: "unknown"; readonly because: string };
