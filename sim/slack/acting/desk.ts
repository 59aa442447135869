import { type Deliveries, notDelivered } from "../delivery.ts";
import type { Outcome } from "../log.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { Message } from "../messages.ts";
import { app, type Person, team } from "../people.ts";
import { Refusal } from "../refusal.ts";
import { answer, type ResponseUrls } from "../response-url.ts";
import { isMember, type World } from "../world.ts";

/** What everybody's hands work with. */
export type Desk = { readonly world: World; readonly deliveries: Deliveries; readonly responseUrls: ResponseUrls };

/** Old-fashioned and ignored by receivers that check signatures, but always sent. */
export const token = "verification-token";

/** The members that every interaction has. */
export function interaction(person: Person, trigger: string): JsonObject {
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team ?? team.id },
    api_app_id: app.id,
    token,
    trigger_id: trigger,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function channelName({ channels }: World, id: string): string {
  const channel = channels.get(id);
  if (!channel) return "directmessage";
  return channel.private === true ? "privategroup" : channel.name;
}

/** A message this person can see, null for any other. */
export function visible(world: World, user: string, { channel, ts }: { channel: string; ts: string }): Message | null {
  const message = world.messages.find(channel, ts);
  if (!message || !isMember(world, user, channel)) return null;
  return message.reader === null || message.reader === user ? message : null;
}

/** The scope without which an event is not told. */
const eventScopes = {
  app_mention: "app_mentions:read",
  "message.im": "im:history",
  app_home_opened: null,
  member_joined_channel: "channels:read",
  "member_joined_channel (private)": "groups:read",
} as const;

type EventName = keyof typeof eventScopes;

export async function deliverEvent(desk: Desk, type: EventName, event: JsonObject): Promise<Outcome> {
  const { world, deliveries } = desk;
  const scope = eventScopes[type];
  const allowed = scope === null || world.rights.scopes.has(scope);
  const [name = ""] = type.split(" ");
  if (!allowed || !world.rights.events.has(name)) return notDelivered("not_subscribed");
  const payload = {
    token,
    team_id: team.id,
    api_app_id: app.id,
    event,
    type: "event_callback",
    event_id: world.ids.next("Ev"),
    event_time: Math.floor(world.now() / 1_000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.userId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: "4-simulated",
  };
  return deliveries.deliver({ kind: "events_api", payload });
}

/**
 * An acknowledgement of a command may carry an answer: text, or a message as for a response_url. Gives back why Slack
 * would not show it.
 */
export function showAnswer(world: World, source: { channel: string; user: string }, body: unknown): readonly string[] {
  const message = isObject(body) ? body : typeof body === "string" && body !== "" ? { text: body } : null;
  if (message === null) return [];
  try {
    answer(world, { ...source, original: null }, message);
    return [];
  } catch (err) {
    if (err instanceof Refusal) return [err.code];
    throw err;
  }
}
