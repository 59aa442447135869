import { withIds } from "./blocks/complete.ts";
import type { Ids } from "./ids.ts";
import { isObject, type JsonObject, listAt } from "./json.ts";

export type Message = {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly bot: boolean;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attachments: readonly unknown[];
  readonly metadata: JsonObject | null;
  readonly thread: string | null;
  /** A reply that is shown in the channel too. */
  readonly broadcast: boolean;
  /** The only person who sees it; null: everybody in the channel. */
  readonly reader: string | null;
  readonly edited: boolean;
};

export type Content = {
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attachments: readonly unknown[];
  readonly metadata: JsonObject | null;
};

type Posted = Content & {
  readonly channel: string;
  readonly user: string;
  readonly bot: boolean;
  readonly thread?: string | null;
  readonly broadcast?: boolean;
  readonly reader?: string | null;
};

export type Messages = {
  post(message: Posted): Message;
  edit(message: Message, change: Partial<Message>): Message;
  remove(message: Message): void;
  find(channel: string, ts: string): Message | null;
  all(channel?: string): readonly Message[];
};

export function createMessages(ids: Ids, changed: (message: Message) => void): Messages {
  const messages = new Map<string, Message>();
  const newId = () => ids.next("b").toLowerCase();
  const keep = (message: Message): Message => {
    messages.set(`${message.channel} ${message.ts}`, message);
    changed(message);
    return message;
  };
  return {
    post: ({ thread = null, broadcast = false, reader = null, ...message }) =>
      keep({ ...message, ...complete(message, newId), ts: ids.ts(), thread, broadcast, reader, edited: false }),
    edit: (message, change) => keep({ ...message, ...change, ...complete({ ...message, ...change }, newId) }),
    remove: (message) => {
      messages.delete(`${message.channel} ${message.ts}`);
      changed(message);
    },
    find: (channel, ts) => messages.get(`${channel} ${ts}`) ?? null,
    all: (channel) => [...messages.values()].filter((it) => channel === undefined || it.channel === channel),
  };
}

function complete({ blocks, attachments }: Content, newId: () => string): Pick<Content, "blocks" | "attachments"> {
  return {
    blocks: withIds(blocks, newId),
    attachments: attachments.map((it, index) => {
      if (!isObject(it)) return it;
      const inside = "blocks" in it ? { blocks: withIds(listAt(it, "blocks"), newId) } : {};
      return { id: index + 1, ...it, ...inside };
    }),
  };
}

/** As the Web API tells it. */
export function messageObject(message: Message, withMetadata = false): JsonObject {
  return {
    type: "message",
    user: message.user,
    ts: message.ts,
    text: message.text,
    ...(message.bot ? { bot_id: "B0SIM", app_id: "A0SIM" } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.thread === null ? {} : { thread_ts: message.thread }),
    ...(message.broadcast ? { subtype: "thread_broadcast" } : {}),
    ...(message.edited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}
