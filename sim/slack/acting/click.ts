import { bodyObject } from "../delivery.ts";
import type { Outcome } from "../log.ts";
import { limits } from "../blocks/limits.ts";
import { list } from "../blocks/schema.ts";
import { option } from "../blocks/text.ts";
import { type JsonObject, listAt, stringAt } from "../json.ts";
import { type Message, messageObject } from "../messages.ts";
import { impossible } from "../refusal.ts";
import { initialState, valueMember, withValue } from "../state.ts";
import { type View, viewObject } from "../views.ts";
import { actor, inChannel } from "../world.ts";
import { type Desk, channelName, interaction, visible } from "./desk.ts";
import { chosen, type Found, findElement, optionsOf, type Value } from "./element.ts";

/** In a message, or in a view by its id: the top modal or the Home of this person. */
export type Place =
  | { readonly message: { readonly channel: string; readonly ts: string }; readonly view?: undefined }
  | { readonly view: string; readonly message?: undefined };

export type Click = Place & {
  readonly user: string;
  readonly actionId: string;
  readonly blockId?: string;
  /** The value of the option, the id of the person, the date: whatever this element lets one choose. */
  readonly value?: Value;
};

export type Suggest = Place & {
  readonly user: string;
  readonly actionId: string;
  readonly blockId?: string;
  readonly query: string;
};

/** `refused`: what is wrong with the options that came. */
export type Suggested = Outcome & { readonly options: readonly unknown[]; readonly refused: readonly string[] };

export function createClicking(desk: Desk) {
  const { world, deliveries, responseUrls } = desk;
  /** What was last suggested to a person for an element. */
  const suggestions = new Map<string, readonly unknown[]>();

  return { click, suggest };

  async function click({ user, actionId, blockId, value, ...place }: Click): Promise<Outcome> {
    const found = find(user, place, actionId, blockId);
    if (found.block["type"] === "input" && found.block["dispatch_action"] !== true) {
      impossible(`${actionId} is part of a form: fill it in and submit`);
    }
    const external = stringAt(found.element, "type")?.endsWith("external_select") === true;
    const offered = external ? (suggestions.get(keyOf(user, place, found)) ?? []) : optionsOf(found.element);
    const choice = chosen(found.element, value, offered);
    const action = { ...choice, action_id: found.actionId, block_id: found.blockId, action_ts: world.ids.ts() };
    const payload = { type: "block_actions", ...around(user, place, found, choice), actions: [action] };
    return deliveries.deliver({ kind: "interactive", payload });
  }

  async function suggest({ user, actionId, blockId, query, ...place }: Suggest): Promise<Suggested> {
    if (!world.rights.suggests) impossible("the manifest names no address for suggestions");
    const found = find(user, place, actionId, blockId);
    if (stringAt(found.element, "type")?.endsWith("external_select") !== true)
      impossible(`${actionId} does not ask for options`);
    const least = found.element["min_query_length"] ?? 3;
    if (typeof least === "number" && query.length < least) impossible(`type at least ${least} characters`);
    const { response_url: _, ...rest } = around(user, place, found, null);
    const payload = {
      type: "block_suggestion",
      ...rest,
      action_id: found.actionId,
      block_id: found.blockId,
      value: query,
    };
    const outcome = await deliveries.deliver({ kind: "interactive", payload });
    const groups = listAt(bodyObject(outcome), "option_groups").flatMap((it) => listAt(it, "options"));
    const options = outcome.acked ? [...listAt(bodyObject(outcome), "options"), ...groups] : [];
    const refused = list(option, { max: limits.select.options })(options, "/options").map((it) => it.message);
    const usable = refused.length === 0 ? options : [];
    suggestions.set(keyOf(user, place, found), usable);
    return { ...outcome, options: usable, refused };
  }

  function find(user: string, place: Place, actionId: string, blockId: string | undefined): Found {
    actor(world, user);
    if (!world.rights.interactive) impossible("interactivity is off in the manifest");
    return findElement(shownAt(user, place), actionId, blockId);
  }

  function shownAt(user: string, place: Place): { blocks: readonly unknown[]; attachments: readonly unknown[] } {
    if (place.view === undefined) return messageAt(user, place.message);
    return { blocks: listAt(viewAt(user, place.view).content, "blocks"), attachments: [] };
  }

  function messageAt(user: string, at: { channel: string; ts: string }): Message {
    inChannel(world, user, at.channel);
    return visible(world, user, at) ?? impossible(`${user} sees no message ${at.ts} in ${at.channel}`);
  }

  function viewAt(user: string, id: string): View {
    const shown = [world.views.stack(user).at(-1), world.views.home(user)];
    return shown.find((it) => it?.id === id) ?? impossible(`${user} is not looking at the view ${id}`);
  }

  /** The members of a payload that say where it happened, with what is filled in after the choice. */
  function around(user: string, place: Place, found: Found, choice: JsonObject | null): JsonObject {
    const person = actor(world, user);
    if (place.view === undefined) {
      const common = interaction(person, world.triggers.issue(user, null));
      return { ...common, ...inMessage(user, messageAt(user, place.message), found, choice) };
    }
    const before = viewAt(user, place.view);
    const keeps = choice !== null && valueMember(found.element) !== null;
    const view = keeps ? world.views.fill(before, withValue(before.state, found, choice)) : before;
    const container = { type: "view", view_id: view.id };
    return { ...interaction(person, world.triggers.issue(user, view.id)), container, view: viewObject(view) };
  }

  function inMessage(user: string, message: Message, found: Found, choice: JsonObject | null): JsonObject {
    const { channel, ts, reader, thread } = message;
    const state = initialState([...message.blocks, ...message.attachments.flatMap((it) => listAt(it, "blocks"))]);
    const keeps = choice !== null && valueMember(found.element) !== null;
    return {
      container: {
        type: found.attachment === null ? "message" : "message_attachment",
        message_ts: ts,
        channel_id: channel,
        is_ephemeral: reader !== null,
        ...(found.attachment === null ? {} : { attachment_id: found.attachment, is_app_unfurl: false }),
        ...(thread === null ? {} : { thread_ts: thread }),
      },
      channel: { id: channel, name: channelName(world, channel) },
      // Of an ephemeral message the payload does not repeat the contents.
      ...(reader === null ? { message: messageObject(message, true) } : {}),
      state: { values: keeps ? withValue(state, found, choice) : state },
      response_url: responseUrls.issue({ channel, user, original: message }),
    };
  }
}

function keyOf(user: string, place: Place, { blockId, actionId }: Found): string {
  const where = place.view ?? `${place.message.channel} ${place.message.ts}`;
  return [user, where, blockId, actionId].join(" ");
}
