import { randomBytes } from "node:crypto";
import { validateMessage } from "./blocks/validate.ts";
import { type JsonObject, stringAt } from "./json.ts";
import type { Message } from "./messages.ts";
import { content } from "./methods/chat.ts";
import { app } from "./people.ts";
import { refuse, refuseProblems } from "./refusal.ts";
import type { World } from "./world.ts";

const responseUrlUses = 5;
const responseUrlMs = 30 * 60_000;

type Source = { readonly channel: string; readonly user: string; readonly original: Message | null };

/** The right to answer where something was typed or pressed, even in channels we are not in. */
export type ResponseUrls = {
  issue(source: Source): string;
  /** Refuses by throwing a Refusal. */
  use(id: string, body: JsonObject): void;
};

const known = new Set([
  "text",
  "blocks",
  "attachments",
  "response_type",
  "replace_original",
  "delete_original",
  "thread_ts",
  "metadata",
  "mrkdwn",
  "parse",
  "link_names",
  "unfurl_links",
  "unfurl_media",
]);

export function createResponseUrls(world: World, address: () => string): ResponseUrls {
  const issued = new Map<string, { source: Source; until: number; uses: number }>();
  return {
    issue: (source) => {
      const id = `${world.ids.next("response")}-${randomBytes(8).toString("hex")}`;
      issued.set(id, { source, until: world.now() + responseUrlMs, uses: 0 });
      return `${address()}/response/${id}`;
    },
    use: (id, body) => {
      const url = issued.get(id) ?? refuse("invalid_url");
      if (world.now() > url.until) refuse("expired_url");
      if (url.uses >= responseUrlUses) refuse("used_url");
      answer(world, url.source, body);
      url.uses += 1;
    },
  };
}

/** Also what an acknowledgement with a body does. */
export function answer(world: World, source: Source, body: JsonObject): void {
  const unknown = Object.keys(body).find((key) => !known.has(key));
  if (unknown !== undefined)
    refuse("invalid_payload", { response_metadata: { messages: [`[ERROR] unknown argument: ${unknown}`] } });
  if (body["delete_original"] === true) {
    world.messages.remove(existing(world, source));
    return;
  }
  refuseProblems(validateMessage(body, { via: "response_url" }));
  if (body["replace_original"] === true) {
    // Nothing turns a message that one person sees into one that all see, or back: response_type does not count here.
    const { text, blocks, attachments } = content(body);
    world.messages.edit(existing(world, source), { text, blocks, attachments });
    return;
  }
  world.messages.post({
    ...content(body),
    channel: source.channel,
    user: app.userId,
    bot: true,
    thread: stringAt(body, "thread_ts") ?? null,
    reader: readerOf(body, source),
  });
}

function existing(world: World, { original }: Source): Message {
  const found = original && world.messages.find(original.channel, original.ts);
  return found ?? refuse("message_not_found");
}

function readerOf(body: JsonObject, { user }: Source): string | null {
  const type = body["response_type"] ?? "ephemeral";
  if (type !== "ephemeral" && type !== "in_channel") refuse("invalid_payload");
  return type === "ephemeral" ? user : null;
}
