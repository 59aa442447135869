import type { Inline } from "../../desk/mrkdwn.ts";
import { element } from "../dom.ts";
import { emojiElement } from "./emoji.ts";
import { agoElement } from "../time.ts";

let names: Readonly<Record<string, string>> = {};

/** What ids read as. */
export function knowNames(known: Readonly<Record<string, string>>): void {
  names = known;
}

const formatting = { bold: "strong", italic: "em", strike: "s" } as const;

export function inlineNodes(text: readonly Inline[]): readonly Node[] {
  return text.map(inlineNode);
}

function inlineNode(it: Inline): Node {
  switch (it.kind) {
    case "text":
      return document.createTextNode(it.text);
    case "code":
      return element("code", {}, [it.text]);
    case "preformatted":
      return element("pre", {}, [it.text]);
    case "bold":
    case "italic":
    case "strike":
      return element(formatting[it.kind], {}, [...inlineNodes(it.inside)]);
    case "emoji":
      return emojiElement(it.name);
    case "mention":
      return element("span", { class: "mention" }, [`${it.mark}${it.label ?? names[it.target] ?? it.target}`]);
    case "quote":
      return element("span", { class: "quote" }, [...inlineNodes(it.inside)]);
    case "link":
      return linkElement(it.url, it.label ?? it.url);
    case "time":
      return it.format === "{ago}" ? agoElement(it.seconds) : document.createTextNode(it.fallback);
  }
}

/** Only what leads to another page: nothing that could run in this one. */
export function linkElement(url: string, label: string, look: string | null = null): HTMLElement {
  const { protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return element("span", {}, [label]);
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: look }, [label]);
}
