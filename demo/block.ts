import { z } from "zod";
import { type Inline, isWebAddress, parseMrkdwn } from "./mrkdwn.ts";

/** Message blocks as the page draws them. */
export type Shown =
  | { readonly kind: "section"; readonly text: Text | null; readonly fields: readonly Text[] }
  | { readonly kind: "context"; readonly elements: readonly Text[] }
  | { readonly kind: "actions"; readonly blockId: string; readonly elements: readonly Control[] }
  | { readonly kind: "header"; readonly text: Text }
  | { readonly kind: "divider" }
  /** What this page cannot draw is said, never left out. */
  | { readonly kind: "not drawn"; readonly type: string };

export type Text = readonly Inline[];

export type Control =
  | { readonly kind: "button"; readonly actionId: string; readonly label: string; readonly style: Style }
  | { readonly kind: "link button"; readonly url: string; readonly label: string }
  | { readonly kind: "select"; readonly actionId: string; readonly label: string; readonly options: readonly Option[] }
  | { readonly kind: "not drawn"; readonly type: string };

type Style = "primary" | "danger" | "plain";
type Option = { readonly value: string; readonly label: string };

/** A bar of that colour, and the blocks beside it. */
export type Attachment = {
  readonly color: string | null;
  readonly fallback: string;
  readonly blocks: readonly Shown[];
};

const plain = z.object({ type: z.literal("plain_text"), text: z.string() }).transform((it) => it.text);
const text = z.union([
  plain.transform((it): Text => [{ kind: "text", text: it }]),
  z.object({ type: z.literal("mrkdwn"), text: z.string() }).transform((it) => parseMrkdwn(it.text)),
]);

const option = z.object({ value: z.string(), text: plain }).transform((it) => ({ value: it.value, label: it.text }));
const style = z.enum(["primary", "danger"]).optional();

const control = z.union([
  z
    .object({ type: z.literal("button"), text: plain, url: z.string().refine(isWebAddress) })
    .transform((it): Control => ({ kind: "link button", url: it.url, label: it.text })),
  z.object({ type: z.literal("button"), text: plain, action_id: z.string(), style }).transform((it): Control => ({
    kind: "button",
    actionId: it.action_id,
    label: it.text,
    style: it.style ?? "plain",
  })),
  z
    .object({
      type: z.literal("static_select"),
      action_id: z.string(),
      placeholder: plain.default("Choose…"),
      options: z.array(option),
    })
    .transform((it): Control => ({
      kind: "select",
      actionId: it.action_id,
      label: it.placeholder,
      options: it.options,
    })),
  z.object({ type: z.string() }).transform((it): Control => ({ kind: "not drawn", type: it.type })),
]);

const block = z.union([
  // A section with an accessory is not known: half of it would be missing.
  z
    .object({
      type: z.literal("section"),
      text: text.optional(),
      fields: z.array(text).optional(),
      accessory: z.undefined().optional(),
    })
    .transform((it): Shown => ({ kind: "section", text: it.text ?? null, fields: it.fields ?? [] })),
  z
    .object({ type: z.literal("context"), elements: z.array(text) })
    .transform((it): Shown => ({ kind: "context", elements: it.elements })),
  z
    .object({ type: z.literal("actions"), block_id: z.string(), elements: z.array(control) })
    .transform((it): Shown => ({ kind: "actions", blockId: it.block_id, elements: it.elements })),
  z
    .object({ type: z.literal("header"), text: plain })
    .transform((it): Shown => ({ kind: "header", text: [{ kind: "text", text: it.text }] })),
  z.object({ type: z.literal("divider") }).transform((): Shown => ({ kind: "divider" })),
  z.object({ type: z.string() }).transform((it): Shown => ({ kind: "not drawn", type: it.type })),
]);

const nothing: Shown = { kind: "not drawn", type: "unknown" };
export const blocks = z.array(block.catch(nothing));

const attachment = z
  .object({
    color: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i)
      .nullable()
      .catch(null),
    fallback: z.string().default(""),
    blocks: blocks.default([]),
  })
  .transform((it): Attachment => it);
export const attachments = z.array(attachment);
