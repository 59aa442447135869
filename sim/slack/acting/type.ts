import { bodyObject, notDelivered } from "../delivery.ts";
import type { Outcome } from "../log.ts";
import { messageObject } from "../messages.ts";
import { app, team } from "../people.ts";
import { impossible } from "../refusal.ts";
import { actor, directChannel, inChannel, isMember, ofOurs, type World } from "../world.ts";
import { channelName, deliverEvent, type Desk, showAnswer, token } from "./desk.ts";

type Typed = { readonly user: string; readonly channel: string; readonly text: string; readonly thread?: string };

/** `ts` of the message that was typed. */
export type Said = Outcome & { readonly ts: string };

/** `refused`: why Slack would not show the answer that came with the acknowledgement. */
export type Commanded = Outcome & { readonly refused: readonly string[] };

/** The whole line as typed, `/whatsrunning checkout prod`. */
export async function command(desk: Desk, { user, channel, text, thread }: Typed): Promise<Commanded> {
  const { world, deliveries, responseUrls } = desk;
  const person = ofOurs(world, user);
  inChannel(world, user, channel);
  if (!world.rights.scopes.has("commands")) impossible("the app has no scope for commands");
  if (thread !== undefined) impossible("slash commands of apps cannot be typed in threads");
  const [name = "", ...words] = text.split(" ");
  const { escape } = world.rights.commands.get(name) ?? impossible(`${name} is not a command of the manifest`);
  const source = { channel, user };
  const payload = {
    token,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel,
    channel_name: channelName(world, channel),
    user_id: user,
    user_name: person.name,
    command: name,
    text: escape ? escaped(world, words.join(" ").trim()) : words.join(" ").trim(),
    api_app_id: app.id,
    is_enterprise_install: "false",
    response_url: responseUrls.issue({ ...source, original: null }),
    trigger_id: world.triggers.issue(user, null),
  };
  const outcome = await deliveries.deliver({ kind: "slash_commands", payload });
  if (!outcome.acked) return { ...outcome, refused: [] };
  if (bodyObject(outcome)["response_type"] === "in_channel") say(world, { user, channel, text });
  return { ...outcome, refused: showAnswer(world, source, outcome.body) };
}

/** Speaks to our app in a channel, where it must be a member to hear it. */
export async function mention(desk: Desk, typed: Typed): Promise<Said> {
  const { world } = desk;
  actor(world, typed.user);
  inChannel(world, typed.user, typed.channel);
  const message = say(world, { ...typed, text: `<@${app.userId}> ${typed.text}`.trim() });
  if (!isMember(world, app.userId, typed.channel)) return { ...notDelivered("not_in_channel"), ts: message.ts };
  const { ts } = message;
  const from = sender(world, typed.user);
  const event = { ...messageObject(message), type: "app_mention", channel: typed.channel, ...from, event_ts: ts };
  return { ...(await deliverEvent(desk, "app_mention", event)), ts };
}

export async function directMessage(desk: Desk, { user, text, thread }: Omit<Typed, "channel">): Promise<Said> {
  const { world } = desk;
  actor(world, user);
  if (!world.rights.directMessages) impossible("the messages tab of the app is off or read-only");
  const channel = directChannel(user);
  const message = say(world, { user, channel, text, ...(thread === undefined ? {} : { thread }) });
  const { ts } = message;
  const event = { ...messageObject(message), channel, channel_type: "im", team: team.id, event_ts: ts };
  return { ...(await deliverEvent(desk, "message.im", event)), ts };
}

/** In a shared channel, an event says which workspace its sender belongs to. */
function sender({ people }: World, user: string): object {
  const away = people.get(user)?.team;
  return away === undefined ? { team: team.id } : { team: away, user_team: away, source_team: away };
}

export async function openHome(desk: Desk, { user }: { readonly user: string }): Promise<Outcome> {
  const { world } = desk;
  actor(world, user);
  if (!world.rights.home) impossible("the app has no Home");
  const event = {
    type: "app_home_opened",
    user,
    channel: directChannel(user),
    tab: "home",
    event_ts: world.ids.stamp(),
  };
  return deliverEvent(desk, "app_home_opened", event);
}

/** Something a person writes, that our app is not told of. */
export function say(world: World, { user, channel, text, thread }: Typed) {
  const parent = thread === undefined ? null : world.messages.find(channel, thread);
  if (thread !== undefined && !parent) impossible(`there is no message ${thread} in ${channel}`);
  return world.messages.post({
    channel,
    user,
    bot: false,
    text,
    blocks: [],
    attachments: [],
    metadata: null,
    thread: parent ? (parent.thread ?? parent.ts) : null,
  });
}

/** `should_escape`: names of people and channels become ids. The names of private channels are kept back. */
function escaped({ people, channels }: World, text: string): string {
  const named = [...people.values()].reduce(
    (line, { id, name }) => line.replaceAll(new RegExp(`(?<!\\S)@${literal(name)}(?!\\S)`, "g"), `<@${id}|${name}>`),
    text,
  );
  const linked = named.replaceAll(/(?<![\S|])https?:\/\/\S+/g, (it) => `<${it}>`);
  return [...channels.values()].reduce((line, { id, name, private: hidden }) => {
    const known = hidden === true ? "" : name;
    return line.replaceAll(new RegExp(`(?<!\\S)#${literal(name)}(?!\\S)`, "g"), `<#${id}|${known}>`);
  }, linked);
}

function literal(name: string): string {
  return name.replaceAll(/[^\w]/g, "\\$&");
}
