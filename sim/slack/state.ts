import { blocksIn, elementsOf } from "./blocks/walk.ts";
import { isObject, type JsonObject, stringAt } from "./json.ts";

/** Values of elements, by block_id and action_id, in the shape of a payload's `state.values`. */
export type State = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** Where an element begins and what of it the state holds. Elements that are not here keep no state. */
const members = {
  plain_text_input: ["value", "initial_value", null],
  number_input: ["value", "initial_value", null],
  email_text_input: ["value", "initial_value", null],
  url_text_input: ["value", "initial_value", null],
  static_select: ["selected_option", "initial_option", null],
  external_select: ["selected_option", "initial_option", null],
  radio_buttons: ["selected_option", "initial_option", null],
  checkboxes: ["selected_options", "initial_options", []],
  multi_static_select: ["selected_options", "initial_options", []],
  multi_external_select: ["selected_options", "initial_options", []],
  users_select: ["selected_user", "initial_user", null],
  multi_users_select: ["selected_users", "initial_users", []],
  channels_select: ["selected_channel", "initial_channel", null],
  multi_channels_select: ["selected_channels", "initial_channels", []],
  conversations_select: ["selected_conversation", "initial_conversation", null],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  datepicker: ["selected_date", "initial_date", null],
  timepicker: ["selected_time", "initial_time", null],
  datetimepicker: ["selected_date_time", "initial_date_time", null],
} as const satisfies Record<string, readonly [string, string, null | readonly never[]]>;

const known: ReadonlyMap<string, readonly [string, string, unknown]> = new Map(Object.entries(members));

/** The member that holds what was chosen, null where nothing can be. */
export function valueMember(element: JsonObject): string | null {
  return known.get(stringAt(element, "type") ?? "")?.[0] ?? null;
}

export function initialState(blocks: readonly unknown[]): State {
  const fields = blocksIn(blocks, "").flatMap((block) =>
    elementsOf(block).map(({ value }) => ({ blockId: stringAt(block.value, "block_id") ?? "", element: value })),
  );
  return fields.reduce<State>((state, { blockId, element }) => {
    const type = stringAt(element, "type") ?? "";
    const [member, initial, nothing] = known.get(type) ?? [];
    if (member === undefined || initial === undefined) return state;
    const actionId = stringAt(element, "action_id") ?? "";
    return withValue(state, { blockId, actionId }, { type, [member]: element[initial] ?? nothing });
  }, {});
}

export function withValue(state: State, at: { blockId: string; actionId: string }, value: JsonObject): State {
  return { ...state, [at.blockId]: { ...state[at.blockId], [at.actionId]: value } };
}

export function isEmpty(value: JsonObject): boolean {
  return Object.entries(value).every(
    ([key, it]) =>
      key === "type" ||
      it === null ||
      it === "" ||
      (Array.isArray(it) && it.length === 0) ||
      (isObject(it) && Object.keys(it).length === 0),
  );
}
