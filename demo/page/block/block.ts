import type { Shown } from "../../desk/block.ts";
import type { Text } from "../../desk/text.ts";
import { element } from "../dom.ts";
import { controlElement, type OnPress } from "./control.ts";
import { inlineNodes } from "./inline.ts";

/** A block that says something or can be pressed. A field of a form is drawn by the form. */
export function blockElement(block: Exclude<Shown, { kind: "input" }> | Shown, on: OnPress): HTMLElement {
  switch (block.kind) {
    case "section":
      return element("div", { class: "section" }, [
        element("div", {}, [
          ...(block.text === null ? [] : [paragraph(block.text)]),
          ...(block.fields.length === 0 ? [] : [element("div", { class: "fields" }, block.fields.map(paragraph))]),
        ]),
        ...(block.accessory === null ? [] : [controlElement(block.accessory, block.blockId, on)]),
      ]);
    case "context":
      return element("div", { class: "small context" }, block.elements.map(paragraph));
    case "actions":
      return element(
        "div",
        { class: "actions" },
        block.elements.map((it) => controlElement(it, block.blockId, on)),
      );
    case "header":
      return element("h3", {}, [...inlineNodes(block.text)]);
    case "divider":
      return element("hr");
    case "alert":
      return element("div", { class: `alert ${block.level}`, role: "note" }, [paragraph(block.text)]);
    case "input":
      return notDrawn("a field outside of a form");
    case "not drawn":
      return notDrawn(block.type);
  }
}

export function paragraph(text: Text): HTMLElement {
  return element("p", {}, [...inlineNodes(text)]);
}

export function notDrawn(type: string): HTMLElement {
  return element("p", { class: "notdrawn" }, [`(${type}: not drawn on this page)`]);
}
