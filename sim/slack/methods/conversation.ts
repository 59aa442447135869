import { app, type Channel } from "../people.ts";
import { refuse } from "../refusal.ts";
import { directChannel, type World } from "../world.ts";

export type Conversation = {
  readonly id: string;
  readonly kind: "channel" | "private" | "im";
  readonly channel: Channel | null;
  /** The person at the other end of a direct conversation. */
  readonly person: string | null;
};

/** A conversation our app may know of. A private one without us does not exist for us. */
export function conversation(world: World, id: string): Conversation {
  const person = [...world.people.keys()].find((it) => directChannel(it) === id);
  if (person !== undefined && person !== app.userId) return { id, kind: "im", channel: null, person };
  const channel = world.channels.get(id) ?? refuse("channel_not_found");
  const ours = channel.members.includes(app.userId);
  if (channel.private === true && !ours) refuse("channel_not_found");
  return { id, kind: channel.private === true ? "private" : "channel", channel, person: null };
}

/** The same, and we are in it. */
export function joined(world: World, id: string): Conversation {
  const found = conversation(world, id);
  if (found.channel && !found.channel.members.includes(app.userId)) refuse("not_in_channel");
  return found;
}

/** Where a message may go: a person's id means the direct conversation with them. */
export function writable(world: World, id: string): Conversation {
  const person = world.people.get(id);
  if (person?.bot === true) refuse("cannot_dm_bot");
  if (person?.deleted === true) refuse("user_disabled");
  const found = conversation(world, person ? directChannel(id) : id);
  if (!found.channel) return found;
  if (found.channel.archived === true) refuse("is_archived");
  const anywhere = found.kind === "channel" && world.rights.scopes.has("chat:write.public");
  return anywhere ? found : joined(world, id);
}

/** The scope that reading this kind of conversation takes. */
export function needScope(world: World, found: Conversation, right: "history" | "read"): void {
  const kinds = { channel: "channels", private: "groups", im: "im" } as const;
  const needed = `${kinds[found.kind]}:${right}`;
  if (!world.rights.scopes.has(needed)) missingScope(world, [needed]);
}

export function missingScope({ rights }: World, needed: readonly string[]): never {
  return refuse("missing_scope", { needed: needed.join(","), provided: [...rights.scopes].join(",") });
}
