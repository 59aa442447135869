import type { Attachment, Shown, Text } from "../block.ts";
import type { Item } from "../conversation.ts";
import { controlElement } from "./control.ts";
import { element } from "./dom.ts";
import { inlineNodes } from "./inline.ts";
import { clockElement } from "./time.ts";

export type Press = {
  readonly message: string;
  readonly blockId: string;
  readonly actionId: string;
  readonly value?: string | undefined;
};

export function itemElement(item: Item, onPress: (press: Press) => void): HTMLElement {
  switch (item.kind) {
    case "message":
      return messageElement(item, onPress);
    case "typed":
      return element("p", { class: "typed" }, ["You typed ", element("kbd", {}, [item.text])]);
    case "notice":
      return element("p", { class: "notice" }, [item.text]);
  }
}

type Message = Extract<Item, { readonly kind: "message" }>;

function messageElement(message: Message, onPress: (press: Press) => void): HTMLElement {
  const { id, author, app, onlyYou, edited, at } = message;
  const press = (blockId: string, actionId: string, value?: string) =>
    onPress({ message: id, blockId, actionId, value });
  const draw = (it: Shown) => blockElement(it, press);
  const badge = app ? [element("span", { class: "badge" }, ["app"])] : [];
  const body = message.blocks.length > 0 ? message.blocks.map(draw) : [paragraph(message.text)];
  return element("article", { class: onlyYou ? "message private" : "message", "aria-label": `From ${author}` }, [
    element("div", { class: app ? "face app" : "face", "aria-hidden": "true" }, [author.slice(0, 1)]),
    element("div", { class: "body" }, [
      ...(onlyYou ? [element("p", { class: "onlyyou" }, ["Only visible to you"])] : []),
      element("p", { class: "author" }, [element("strong", {}, [author]), ...badge, clockElement(at)]),
      ...body,
      ...message.attachments.map((it) => attachmentElement(it, draw)),
      ...(edited ? [element("p", { class: "small" }, ["(edited)"])] : []),
    ]),
  ]);
}

function attachmentElement({ color, blocks, fallback }: Attachment, draw: (block: Shown) => HTMLElement): HTMLElement {
  const inside = blocks.length > 0 ? blocks.map(draw) : [element("p", {}, [fallback])];
  const made = element("div", { class: "attachment" }, inside);
  if (color !== null) made.style.borderColor = color;
  return made;
}

type OnPress = (blockId: string, actionId: string, value?: string) => void;

function blockElement(block: Shown, press: OnPress): HTMLElement {
  switch (block.kind) {
    case "section":
      return element("div", { class: "section" }, [
        ...(block.text === null ? [] : [paragraph(block.text)]),
        ...(block.fields.length === 0 ? [] : [element("div", { class: "fields" }, block.fields.map(paragraph))]),
      ]);
    case "context":
      return element("div", { class: "small context" }, block.elements.map(paragraph));
    case "actions":
      return element(
        "div",
        { class: "actions" },
        block.elements.map((it) => controlElement(it, (actionId, value) => press(block.blockId, actionId, value))),
      );
    case "header":
      return element("h3", {}, [...inlineNodes(block.text)]);
    case "divider":
      return element("hr");
    case "not drawn":
      return element("p", { class: "notdrawn" }, [`(${block.type}: not drawn on this page)`]);
  }
}

function paragraph(text: Text): HTMLElement {
  return element("p", {}, [...inlineNodes(text)]);
}
