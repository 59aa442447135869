import { limits } from "./limits.ts";
import { boolean, oneOf, shape, text, typed, url, object, type Schema } from "./schema.ts";

/** A text object of type plain_text. */
export function plain(max: number): Schema {
  return typed({ plain_text: shape({ text: text(max) }, { emoji: boolean }) });
}

/** A text object of either type. */
export function anyText(max: number = limits.text): Schema {
  return typed({
    plain_text: shape({ text: text(max) }, { emoji: boolean }),
    mrkdwn: shape({ text: text(max) }, { verbatim: boolean }),
  });
}

const { confirm: dialog, option: choice } = limits;

export const confirm: Schema = object(
  { text: anyText(dialog.text) },
  {
    title: plain(dialog.title),
    confirm: plain(dialog.confirm),
    deny: plain(dialog.deny),
    style: oneOf("primary", "danger"),
  },
);

/** An option of a select. */
export const option: Schema = object(
  { text: plain(choice.text), value: text(choice.value) },
  { description: plain(choice.description) },
);

/** Only radio buttons and checkboxes may format their options. */
export const formattedOption: Schema = object(
  { text: anyText(choice.text), value: text(choice.value) },
  { description: anyText(choice.description) },
);

export const overflowOption: Schema = object(
  { text: plain(choice.text), value: text(choice.value) },
  { description: plain(choice.description), url: url(choice.url) },
);
