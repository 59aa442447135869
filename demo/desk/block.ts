import { z } from "zod";
import { control, type Control } from "./control.ts";
import { type Text, plain, text } from "./text.ts";

/** Blocks of messages and modals as the page draws them. */
export type Shown =
  | {
      readonly kind: "section";
      readonly blockId: string;
      readonly text: Text | null;
      readonly fields: readonly Text[];
      readonly accessory: Control | null;
    }
  | { readonly kind: "context"; readonly elements: readonly Text[] }
  | { readonly kind: "actions"; readonly blockId: string; readonly elements: readonly Control[] }
  | { readonly kind: "header"; readonly text: Text }
  | { readonly kind: "divider" }
  | { readonly kind: "alert"; readonly level: string; readonly text: Text }
  | {
      readonly kind: "input";
      readonly blockId: string;
      readonly label: string;
      readonly hint: string | null;
      readonly optional: boolean;
      /** The app is told of each choice, before anything is submitted. */
      readonly tells: boolean;
      readonly element: Control;
    }
  /** What this page cannot draw is said, never left out. */
  | { readonly kind: "not drawn"; readonly type: string };

/** A bar of that colour, and the blocks beside it. */
export type Attachment = {
  readonly color: string | null;
  readonly fallback: string;
  readonly blocks: readonly Shown[];
};

const blockId = { block_id: z.string().default("") };

const block = z.union([
  z
    .object({
      type: z.literal("section"),
      ...blockId,
      text: text.nullable().default(null),
      fields: z.array(text).default([]),
      accessory: control.nullable().default(null),
    })
    .transform(({ block_id, ...it }): Shown => ({
      kind: "section",
      blockId: block_id,
      text: it.text,
      fields: it.fields,
      accessory: it.accessory,
    })),
  z
    .object({ type: z.literal("context"), elements: z.array(text) })
    .transform((it): Shown => ({ kind: "context", elements: it.elements })),
  z
    .object({ type: z.literal("actions"), ...blockId, elements: z.array(control) })
    .transform((it): Shown => ({ kind: "actions", blockId: it.block_id, elements: it.elements })),
  z
    .object({ type: z.literal("header"), text: plain })
    .transform((it): Shown => ({ kind: "header", text: [{ kind: "text", text: it.text }] })),
  z.object({ type: z.literal("divider") }).transform((): Shown => ({ kind: "divider" })),
  z
    .object({ type: z.literal("alert"), text, level: z.string().default("default") })
    .transform((it): Shown => ({ kind: "alert", level: it.level, text: it.text })),
  z
    .object({
      type: z.literal("input"),
      ...blockId,
      label: plain,
      hint: plain.nullable().default(null),
      optional: z.boolean().default(false),
      dispatch_action: z.boolean().default(false),
      element: control,
    })
    .transform((it): Shown => ({
      kind: "input",
      blockId: it.block_id,
      label: it.label,
      hint: it.hint,
      optional: it.optional,
      tells: it.dispatch_action,
      element: it.element,
    })),
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
