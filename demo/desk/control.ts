import { z } from "zod";
import { isWebAddress } from "./mrkdwn.ts";
import { type Text, plain, text } from "./text.ts";

/** What can be pressed, chosen or filled in, as the page draws it. */
export type Control = {
  readonly actionId: string;
  /** Asked before anything happens; null: nothing is asked. */
  readonly confirm: Confirm | null;
} & (
  | { readonly kind: "button"; readonly label: string; readonly spoken: string; readonly style: Style }
  | { readonly kind: "link button"; readonly url: string; readonly label: string; readonly style: Style }
  | {
      readonly kind: "select";
      readonly label: string;
      readonly options: readonly Option[];
      readonly initial: Option | null;
    }
  /** Its options are asked of the app while one types. */
  | {
      readonly kind: "asking select";
      readonly label: string;
      readonly atLeast: number;
      readonly initial: Option | null;
    }
  | { readonly kind: "overflow"; readonly options: readonly Option[] }
  | { readonly kind: "radio"; readonly options: readonly Choice[]; readonly initial: readonly string[] }
  | { readonly kind: "checkboxes"; readonly options: readonly Choice[]; readonly initial: readonly string[] }
  | {
      readonly kind: "text";
      readonly placeholder: string;
      readonly initial: string;
      readonly multiline: boolean;
      readonly maxLength: number;
    }
  | { readonly kind: "not drawn"; readonly type: string }
);

type Style = "primary" | "danger" | "plain";
export type Option = { readonly value: string; readonly label: string; readonly description: string | null };
/** Its words may be formatted. */
type Choice = { readonly value: string; readonly label: Text; readonly description: Text | null };
export type Confirm = {
  readonly title: string;
  readonly text: Text;
  readonly yes: string;
  readonly no: string;
  readonly style: Style;
};

const style = z.enum(["primary", "danger", "plain"]).default("plain");
const confirm = z
  .object({
    title: plain.default("Are you sure?"),
    text,
    confirm: plain.default("Yes"),
    deny: plain.default("Cancel"),
    style,
  })
  .transform((it): Confirm => ({ title: it.title, text: it.text, yes: it.confirm, no: it.deny, style: it.style }))
  .nullable()
  .default(null);
const common = { action_id: z.string().default(""), confirm };

const option = z
  .object({ value: z.string().default(""), text: plain, description: plain.nullable().default(null) })
  .transform((it): Option => ({ value: it.value, label: it.text, description: it.description }));
export const options = z.array(option);
const grouped = z.array(z.object({ options })).transform((it) => it.flatMap((group) => group.options));
const choice = z
  .object({ value: z.string(), text, description: text.nullable().default(null) })
  .transform((it): Choice => ({ value: it.value, label: it.text, description: it.description }));
const first = option.nullable().default(null);
const chosen = z.object({ value: z.string() }).transform((it) => it.value);

export const control = z.union([
  z
    .object({ type: z.literal("button"), ...common, style, text: plain, url: z.string().refine(isWebAddress) })
    .transform((it): Control => ({ kind: "link button", url: it.url, label: it.text, style: it.style, ...of(it) })),
  z
    .object({
      type: z.literal("button"),
      ...common,
      style,
      text: plain,
      accessibility_label: z.string().optional(),
    })
    .transform((it): Control => ({
      kind: "button",
      label: it.text,
      spoken: it.accessibility_label ?? it.text,
      style: it.style,
      ...of(it),
    })),
  z
    .object({
      type: z.literal("static_select"),
      ...common,
      placeholder: plain.default("Choose…"),
      options: options.default([]),
      option_groups: grouped.default([]),
      initial_option: first,
    })
    .transform((it): Control => ({
      kind: "select",
      label: it.placeholder,
      options: [...it.options, ...it.option_groups],
      initial: it.initial_option,
      ...of(it),
    })),
  z
    .object({
      type: z.literal("external_select"),
      ...common,
      placeholder: plain.default("Choose…"),
      min_query_length: z.number().default(3),
      initial_option: first,
    })
    .transform((it): Control => ({
      kind: "asking select",
      label: it.placeholder,
      atLeast: it.min_query_length,
      initial: it.initial_option,
      ...of(it),
    })),
  z
    .object({ type: z.literal("overflow"), ...common, options })
    .transform((it): Control => ({ kind: "overflow", options: it.options, ...of(it) })),
  z
    .object({
      type: z.literal("radio_buttons"),
      ...common,
      options: z.array(choice),
      initial_option: chosen.optional(),
    })
    .transform((it): Control => ({
      kind: "radio",
      options: it.options,
      initial: it.initial_option === undefined ? [] : [it.initial_option],
      ...of(it),
    })),
  z
    .object({
      type: z.literal("checkboxes"),
      ...common,
      options: z.array(choice),
      initial_options: z.array(chosen).default([]),
    })
    .transform((it): Control => ({ kind: "checkboxes", options: it.options, initial: it.initial_options, ...of(it) })),
  z
    .object({
      type: z.literal("plain_text_input"),
      ...common,
      placeholder: plain.default(""),
      initial_value: z.string().default(""),
      multiline: z.boolean().default(false),
      max_length: z.number().default(3_000),
    })
    .transform((it): Control => ({
      kind: "text",
      placeholder: it.placeholder,
      initial: it.initial_value,
      multiline: it.multiline,
      maxLength: it.max_length,
      ...of(it),
    })),
  z.object({ type: z.string() }).transform((it): Control => notDrawn(it.type)),
]);

function of(it: { readonly action_id: string; readonly confirm: Confirm | null }) {
  return { actionId: it.action_id, confirm: it.confirm };
}

function notDrawn(type: string): Control {
  return { kind: "not drawn", type, actionId: "", confirm: null };
}
