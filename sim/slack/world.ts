import { createIds, type Ids } from "./ids.ts";
import { createLog, type Log } from "./log.ts";
import { readManifest, type Rights } from "./manifest.ts";
import { createMessages, type Messages } from "./messages.ts";
import { app, type Channel, type Group, type Person } from "./people.ts";
import { impossible } from "./refusal.ts";
import { createTriggers, type Triggers } from "./triggers.ts";
import { createViews, type Views } from "./views.ts";

export type Workspace = {
  /** The app's manifest, parsed. */
  readonly manifest: unknown;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly groups?: readonly Group[];
  /** Only paid plans have user groups. */
  readonly paid?: boolean;
};

/** All that Slack knows. */
export type World = {
  readonly now: () => number;
  readonly ids: Ids;
  readonly log: Log;
  readonly rights: Rights;
  readonly people: ReadonlyMap<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly groups: readonly Group[];
  readonly paid: boolean;
  readonly messages: Messages;
  readonly views: Views;
  readonly triggers: Triggers;
};

export function createWorld(
  { manifest, people, channels, groups = [], paid = true }: Workspace,
  now: () => number,
): World {
  const ids = createIds(now);
  const log = createLog();
  const bot: Person = { id: app.userId, name: app.name, bot: true };
  return {
    now,
    ids,
    log,
    rights: readManifest(manifest),
    people: new Map([...people, bot].map((it) => [it.id, it])),
    channels: new Map(channels.map((it) => [it.id, it])),
    groups,
    paid,
    messages: createMessages(ids, (message) => log.record({ what: "message", message })),
    views: createViews(ids, (user) => log.record({ what: "view", user })),
    triggers: createTriggers(ids, now),
  };
}

/** The conversation between our app and one person. */
export function directChannel(user: string): string {
  return `D${user.slice(1)}`;
}

/** Somebody who can act at all. */
export function actor({ people }: World, id: string): Person {
  const person = people.get(id);
  if (!person) impossible(`there is no ${id}`);
  if (person.deleted === true) impossible(`${person.name} is deactivated`);
  if (person.bot === true) impossible(`${person.name} is a bot`);
  return person;
}

/** Commands and shortcuts are offered only to people of the workspace that the app is installed in. */
export function ofOurs(world: World, id: string): Person {
  const person = actor(world, id);
  if (person.team !== undefined) impossible(`${person.name} is of another workspace`);
  return person;
}

export function isMember(world: World, user: string, channel: string): boolean {
  if (channel.startsWith("D")) return channel === directChannel(user) || user === app.userId;
  return world.channels.get(channel)?.members.includes(user) === true;
}

/** Refuses what a person who is not in a channel cannot see or do. */
export function inChannel(world: World, user: string, channel: string): void {
  if (!isMember(world, user, channel)) impossible(`${user} is not a member of ${channel}`);
  if (world.channels.get(channel)?.archived === true) impossible(`${channel} is archived`);
}
