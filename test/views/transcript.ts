import type { Message } from "../../src/views/message.ts";

/** A message as lines that can be read in a review: what is heard, then what is seen from top to bottom. */
export function transcript({ text, blocks, attachments }: Message): string {
  const seen = attachments.flatMap((it) => [`| ${it.color}`, ...it.blocks.flatMap(lines).map((line) => `| ${line}`)]);
  return `${[`heard: ${text}`, "", ...blocks.flatMap(lines), ...seen].join("\n")}\n`;
}

type Block = Message["blocks"][number];

function lines(block: Block): readonly string[] {
  if (block.type === "section") {
    return [block.text, ...(block.fields ?? [])].flatMap((it) => it?.text.split("\n") ?? []);
  }
  if (block.type === "context")
    return [`(${block.elements.map((it) => ("text" in it ? it.text : "image")).join(" ")})`];
  return block.type === "actions" ? [block.elements.map(pressed).join(" ")] : [block.type];
}

function pressed(element: { readonly type: string }): string {
  if ("text" in element) return `[${JSON.stringify(element.text)}]`.replace(/.*"text":"([^"]*)".*/, "[$1]");
  return `[${element.type}]`;
}
