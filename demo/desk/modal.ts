import { z } from "zod";
import type { View } from "../../sim/slack/views.ts";
import { blocks } from "./block.ts";
import type { Modal } from "./sight.ts";
import { plain } from "./text.ts";

const Content = z.object({
  title: plain.default(""),
  submit: plain.nullable().default(null),
  close: plain.nullable().default(null),
  blocks: blocks.default([]),
});

/** The one on top; null: none is open. */
export function modalOf(stack: readonly View[]): Modal | null {
  const top = stack.at(-1);
  if (!top) return null;
  const { title, submit, close, blocks: shown } = Content.parse(top.content);
  return {
    id: top.id,
    hash: top.hash,
    title,
    submit,
    close: close ?? "Close",
    blocks: shown,
    below: stack.length - 1,
  };
}
