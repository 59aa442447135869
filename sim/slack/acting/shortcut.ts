import type { Outcome } from "../log.ts";
import { messageObject } from "../messages.ts";
import { impossible } from "../refusal.ts";
import { ofOurs } from "../world.ts";
import { channelName, type Desk, interaction, visible } from "./desk.ts";

export type Shortcut = {
  readonly user: string;
  readonly callbackId: string;
  /** For a shortcut of messages: on which one. */
  readonly message?: { readonly channel: string; readonly ts: string };
};

export async function shortcut(desk: Desk, { user, callbackId, message: at }: Shortcut): Promise<Outcome> {
  const { world, deliveries, responseUrls } = desk;
  const person = ofOurs(world, user);
  if (!world.rights.interactive) impossible("interactivity is off in the manifest");
  const kind = world.rights.shortcuts.get(callbackId) ?? impossible(`${callbackId} is not in the manifest`);
  if ((kind === "message") !== (at !== undefined)) impossible(`${callbackId} is a ${kind} shortcut`);
  const common = {
    ...interaction(person, world.triggers.issue(user, null)),
    callback_id: callbackId,
    action_ts: world.ids.ts(),
  };
  if (!at) return deliveries.deliver({ kind: "interactive", payload: { type: "shortcut", ...common } });
  const message = visible(world, user, at) ?? impossible(`${user} sees no message ${at.ts} in ${at.channel}`);
  if (message.reader !== null) impossible("ephemeral messages have no shortcuts");
  const payload = {
    type: "message_action",
    ...common,
    message_ts: message.ts,
    channel: { id: message.channel, name: channelName(world, message.channel) },
    message: messageObject(message, true),
    response_url: responseUrls.issue({ channel: message.channel, user, original: null }),
  };
  return deliveries.deliver({ kind: "interactive", payload });
}
