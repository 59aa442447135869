import { required } from "../arguments.ts";
import { validateMessage, validateUpdate } from "../blocks/validate.ts";
import { isObject, type JsonObject, listAt, stringAt } from "../json.ts";
import { type Content, type Message, messageObject } from "../messages.ts";
import { app, team } from "../people.ts";
import { refuse, refuseProblems } from "../refusal.ts";
import { isMember, type World } from "../world.ts";
import { conversation, writable } from "./conversation.ts";
import { type Method, tier } from "./method.ts";

const message = {
  channel: "string",
  text: "string",
  blocks: "json",
  attachments: "json",
  parse: "string",
  link_names: "boolean",
} as const;
const unfurl = { unfurl_links: "boolean", unfurl_media: "boolean", mrkdwn: "boolean" } as const;

const postMessage: Method = {
  token: "bot",
  scopes: ["chat:write"],
  perMinute: tier.special,
  takes: { ...message, ...unfurl, thread_ts: "string", reply_broadcast: "boolean", metadata: "json" },
  run: (args, world) => {
    const { id } = writable(world, required(args, "channel"));
    refuseProblems(validateMessage(args));
    const thread = threadOf(world, id, args);
    const broadcast = args["reply_broadcast"] === true;
    if (broadcast && thread === null) refuse("invalid_arguments");
    const posted = world.messages.post({
      ...content(args),
      channel: id,
      user: app.userId,
      bot: true,
      thread,
      broadcast,
    });
    return { channel: id, ts: posted.ts, message: messageObject(posted, true) };
  },
};

const postEphemeral: Method = {
  token: "bot",
  scopes: ["chat:write"],
  perMinute: tier.four,
  takes: { ...message, user: "string", thread_ts: "string" },
  run: (args, world) => {
    const { id } = writable(world, required(args, "channel"));
    const reader = required(args, "user");
    if (!isMember(world, reader, id)) refuse("user_not_in_channel");
    refuseProblems(validateMessage(args));
    const thread = threadOf(world, id, args);
    const posted = world.messages.post({ ...content(args), channel: id, user: app.userId, bot: true, thread, reader });
    return { message_ts: posted.ts };
  },
};

const update: Method = {
  token: "bot",
  scopes: ["chat:write"],
  perMinute: tier.three,
  takes: { ...message, ts: "string", metadata: "json", reply_broadcast: "boolean" },
  run: (args, world) => {
    const { id } = conversation(world, required(args, "channel"));
    const old = ours(world, id, required(args, "ts"));
    const changes = ["text", "blocks", "attachments"].some((key) => args[key] !== undefined);
    if (args["reply_broadcast"] === true && changes) refuse("no_dual_broadcast_content_update");
    refuseProblems(
      validateUpdate(
        args["attachments"] === undefined ? { ...args, attachments: old.attachments.map(withoutId) } : args,
      ),
    );
    const next = content(args);
    if (hasRichText(old.blocks) && next.blocks.length > 0 && !hasRichText(next.blocks)) refuse("block_mismatch");
    // Left out: blocks go, attachments and metadata stay.
    const changed = world.messages.edit(old, {
      text: next.text,
      blocks: next.blocks,
      ...(args["attachments"] === undefined ? {} : { attachments: next.attachments }),
      ...(next.metadata === null ? {} : { metadata: next.metadata }),
      edited: next.blocks.length === 0,
    });
    return { channel: id, ts: changed.ts, text: changed.text, message: messageObject(changed, true) };
  },
};

const getPermalink: Method = {
  token: "bot",
  scopes: [],
  perMinute: tier.special,
  takes: { channel: "string", message_ts: "string" },
  run: (args, world) => {
    const { id } = conversation(world, required(args, "channel"));
    const found = world.messages.find(id, required(args, "message_ts"));
    if (!found || found.reader !== null) return refuse("message_not_found");
    const thread = found.thread === null ? "" : `?thread_ts=${found.thread}&cid=${id}`;
    const permalink = `https://${team.domain}.slack.com/archives/${id}/p${found.ts.replace(".", "")}${thread}`;
    return { channel: id, permalink };
  },
};

export const chat = {
  "chat.postMessage": postMessage,
  "chat.postEphemeral": postEphemeral,
  "chat.update": update,
  "chat.getPermalink": getPermalink,
};

/** What is kept of a message's arguments. Text beyond the limit was refused before. */
export function content(args: JsonObject): Content {
  const { metadata } = args;
  return {
    text: stringAt(args, "text") ?? "",
    blocks: listAt(args, "blocks"),
    attachments: listAt(args, "attachments"),
    metadata: isObject(metadata) ? metadata : null,
  };
}

/** A reply to a reply belongs to the thread of the first message. */
function threadOf({ messages }: World, channel: string, args: JsonObject): string | null {
  const ts = stringAt(args, "thread_ts");
  if (ts === undefined) return null;
  const parent = messages.find(channel, ts);
  if (!parent || parent.reader !== null) return refuse("thread_not_found");
  return parent.thread ?? parent.ts;
}

function ours({ messages }: World, channel: string, ts: string): Message {
  const found = messages.find(channel, ts);
  // An ephemeral message is nowhere to be found by its ts.
  if (!found || found.reader !== null) return refuse("message_not_found");
  return found.user === app.userId ? found : refuse("cant_update_message");
}

function hasRichText(blocks: readonly unknown[]): boolean {
  return blocks.some((it) => stringAt(it, "type") === "rich_text");
}

/** Slack numbers attachments; what it numbered itself is no property too many. */
function withoutId(attachment: unknown): unknown {
  if (!isObject(attachment)) return attachment;
  const { id: _, ...rest } = attachment;
  return rest;
}
