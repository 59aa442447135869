import type { Outcome } from "../log.ts";
import { type Channel, team } from "../people.ts";
import { impossible } from "../refusal.ts";
import { actor, inChannel, type World } from "../world.ts";
import { deliverEvent, type Desk } from "./desk.ts";

type Who = { readonly by: string; readonly user: string; readonly channel: string };

/** Somebody brings somebody, or our app, into a channel. Our app hears of itself, and of others where it is a member. */
export async function invite(desk: Desk, { by, user, channel }: Who): Promise<Outcome> {
  const { world } = desk;
  actor(world, by);
  inChannel(world, by, channel);
  const found = known(world, channel);
  if (!world.people.has(user)) impossible(`there is no ${user}`);
  if (found.members.includes(user)) impossible(`${user} is in ${channel} already`);
  world.channels.set(channel, { ...found, members: [...found.members, user] });
  return deliverEvent(desk, found.private === true ? "member_joined_channel (private)" : "member_joined_channel", {
    type: "member_joined_channel",
    user,
    channel,
    channel_type: found.private === true ? "G" : "C",
    team: team.id,
    inviter: by,
    event_ts: world.ids.stamp(),
  });
}

/** Nobody tells an app that it was removed. */
export function remove(world: World, { by, user, channel }: Who): void {
  actor(world, by);
  inChannel(world, by, channel);
  const found = known(world, channel);
  if (!found.members.includes(user)) impossible(`${user} is not in ${channel}`);
  world.channels.set(channel, { ...found, members: found.members.filter((it) => it !== user) });
}

export function archive(world: World, channel: string, archived: boolean): void {
  world.channels.set(channel, { ...known(world, channel), archived });
}

function known({ channels }: World, id: string): Channel {
  return channels.get(id) ?? impossible(`there is no ${id}`);
}
