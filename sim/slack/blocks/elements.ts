import { type JsonObject, listAt, sameJson } from "../json.ts";
import { limits } from "./limits.ts";
import * as is from "./schema.ts";
import type { Finding } from "./schema.ts";
import { confirm, formattedOption, option, overflowOption, plain } from "./text.ts";

const id = { action_id: is.text(limits.id) };
const focus = { focus_on_load: is.boolean };
const placeholder = { placeholder: plain(limits.select.placeholder) };
const several = { max_selected_items: is.integer(1, 100) };
const dispatch = {
  dispatch_action_config: is.object(
    {},
    { trigger_actions_on: is.list(is.oneOf("on_enter_pressed", "on_character_entered"), { min: 1, max: 2 }) },
  ),
};
const style = { style: is.oneOf("primary", "danger") };
const slackId = is.pattern(/^[A-Z][A-Z0-9]{1,20}$/, "id");
const slackIds = is.list(slackId, { min: 1 });
const date = is.pattern(/^\d{4}-\d{2}-\d{2}$/, "date");
const time = is.pattern(/^([01]\d|2[0-3]):[0-5]\d$/, "time");
const filter = is.object(
  {},
  {
    include: is.list(is.oneOf("im", "mpim", "private", "public"), { min: 1 }),
    exclude_external_shared_channels: is.boolean,
    exclude_bot_users: is.boolean,
  },
);

const pick = { ...id, confirm, ...focus, ...placeholder };
const optionList = is.list(option, { min: 1, max: limits.select.options });
const groups = is.list(is.object({ label: plain(limits.select.group), options: optionList }), {
  min: 1,
  max: limits.select.groups,
});
const staticLists = { options: optionList, option_groups: groups };
const choices = is.list(formattedOption, { min: 1, max: limits.choice.options });
const oneList = is.exactlyOne("options", "option_groups");

const image = is.shape(
  { alt_text: is.text(limits.image.alt) },
  { image_url: is.url(limits.image.url), slack_file: is.object({}, { id: is.text(255), url: is.url(3_000) }) },
  is.exactlyOne("image_url", "slack_file"),
);

const button = is.shape(
  { text: plain(limits.button.text) },
  {
    ...id,
    ...style,
    confirm,
    value: is.text(limits.button.value),
    url: is.url(limits.button.url),
    accessibility_label: is.text(limits.button.label),
  },
);

const overflow = is.shape(
  { options: is.list(overflowOption, { min: 1, max: limits.overflow.options }) },
  { ...id, confirm },
);

const selects = {
  static_select: is.shape({}, { ...pick, ...staticLists, initial_option: option }, oneList, initialsAreOptions),
  external_select: is.shape({}, { ...pick, initial_option: option, min_query_length: is.integer(0, 3_000) }),
  users_select: is.shape({}, { ...pick, initial_user: slackId }),
  channels_select: is.shape({}, { ...pick, initial_channel: slackId, response_url_enabled: is.boolean }),
  conversations_select: is.shape(
    {},
    {
      ...pick,
      initial_conversation: slackId,
      default_to_current_conversation: is.boolean,
      response_url_enabled: is.boolean,
      filter,
    },
  ),
};

const multiSelects = {
  multi_static_select: is.shape(
    {},
    { ...pick, ...several, ...staticLists, initial_options: optionList },
    oneList,
    initialsAreOptions,
  ),
  multi_external_select: is.shape(
    {},
    { ...pick, ...several, initial_options: optionList, min_query_length: is.integer(0, 3_000) },
  ),
  multi_users_select: is.shape({}, { ...pick, ...several, initial_users: slackIds }),
  multi_channels_select: is.shape({}, { ...pick, ...several, initial_channels: slackIds }),
  multi_conversations_select: is.shape(
    {},
    { ...pick, ...several, initial_conversations: slackIds, default_to_current_conversation: is.boolean, filter },
  ),
};

const pickers = {
  radio_buttons: is.shape(
    { options: choices },
    { ...id, confirm, ...focus, initial_option: formattedOption },
    initialsAreOptions,
  ),
  checkboxes: is.shape(
    { options: choices },
    { ...id, confirm, ...focus, initial_options: choices },
    initialsAreOptions,
  ),
  datepicker: is.shape({}, { ...pick, initial_date: date }),
  timepicker: is.shape({}, { ...pick, initial_time: time, timezone: is.text(100) }),
};

/** Ten digits of Unix seconds. */
const datetimepicker = is.shape(
  {},
  { ...id, confirm, ...focus, initial_date_time: is.integer(1_000_000_000, 9_999_999_999) },
);

const typing = { ...id, ...dispatch, ...focus, ...placeholder };
const decimal = is.pattern(/^-?\d+(\.\d+)?$/, "number");

const inputs = {
  plain_text_input: is.shape(
    {},
    {
      ...typing,
      initial_value: is.text(limits.input_text.initial, 0),
      multiline: is.boolean,
      min_length: is.integer(0, limits.input_text.min),
      max_length: is.integer(1, limits.input_text.max),
    },
    is.ensure(minNotAboveMax, "/min_length", "must be less than or equal to max_length"),
  ),
  number_input: is.shape(
    { is_decimal_allowed: is.boolean },
    { ...typing, initial_value: decimal, min_value: decimal, max_value: decimal },
  ),
  email_text_input: is.shape({}, { ...typing, initial_value: is.text(3_000) }),
  url_text_input: is.shape({}, { ...typing, initial_value: is.text(3_000) }),
};

export const contextElement = image;
export const accessory = is.typed({ button, image, overflow, ...selects, ...multiSelects, ...pickers });
export const actionElement = is.typed({ button, overflow, datetimepicker, ...selects, ...multiSelects, ...pickers });
export const inputElement = is.typed({ datetimepicker, ...selects, ...multiSelects, ...pickers, ...inputs });

/** What is chosen at first must be one of the options, to the last member. */
function initialsAreOptions(element: JsonObject, pointer: string): readonly Finding[] {
  const offered = [
    ...listAt(element, "options"),
    ...listAt(element, "option_groups").flatMap((it) => listAt(it, "options")),
  ];
  const one = element["initial_option"];
  const first = one === undefined ? listAt(element, "initial_options") : [one];
  const member = one === undefined ? "initial_options" : "initial_option";
  return first.every((it) => offered.some((other) => sameJson(it, other)))
    ? []
    : [{ pointer: `${pointer}/${member}`, message: "must be one of the provided options" }];
}

function minNotAboveMax(element: JsonObject): boolean {
  const { min_length: min, max_length: max } = element;
  return typeof min !== "number" || typeof max !== "number" || min <= max;
}
