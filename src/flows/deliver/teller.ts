import type { Place, RecordName } from "../../core/delivery/delivery.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Message } from "../../views/message.ts";

/**
 * What has something to say that nobody asked for: announcements, operations under way, incident channels. Each kind of record
 * has one Teller, and hands it to `createDelivering`. To have a record looked at, add `dueToTell({ kind, id }, now, commitId)`
 * (records/delivery.ts) to the index in the commit that changes the record. The loop then asks what is to be shown, posts it once,
 * remembers where, edits it whenever it differs from what was told, and asks again at `next`. It survives kills, rate limits
 * and channels that are gone; a Teller only reads.
 */
export type Teller = {
  /** Letters only. Together with the record's id it is the key in the message's metadata. */
  readonly kind: string;
  /** Null: there is no such record (any more), and nothing to say. Rejects when the store cannot tell. */
  tell(id: string, told: ToldSoFar): Promise<Telling | Elsewhere | null>;
};

export type ToldSoFar = {
  /** Where the message stands. Null: it was not posted yet. */
  readonly place: Place | null;
  /** Names of the replies that were posted. */
  readonly replies: ReadonlySet<string>;
  readonly now: EpochMs;
};

export type Telling = {
  /** Of a message that was posted already, it does not matter any more. */
  readonly channel: string;
  /** The message that it answers. Null: it stands by itself. */
  readonly thread: string | null;
  readonly message: Message;
  /** What stands in its thread, in this order: each is posted once, and edited like the message. */
  readonly replies: readonly Reply[];
  /** It cannot wait for others: a failure, or how it ended. */
  readonly urgent: boolean;
  /** Strings of the index that are there only until the message is. */
  readonly waits?: readonly string[];
  /** When to ask again, although nobody said that anything changed. Null: not before somebody does. */
  readonly next: EpochMs | null;
};

export type Reply = {
  /** Names it among the replies, for ever. */
  readonly name: string;
  readonly message: Message;
  /** Shown to the channel too. */
  readonly broadcast: boolean;
  /** Half a minute late is early enough. */
  readonly patient?: boolean;
};

/** It is told within the message of another record, at its place in the order of time. */
export type Elsewhere = {
  readonly within: RecordName;
  readonly at: EpochMs;
  readonly waits?: readonly string[];
};
