import type { Attachment } from "../desk/block.ts";
import type { Item } from "../desk/conversation.ts";
import type { Option } from "../desk/control.ts";
import { blockElement, paragraph } from "./block/block.ts";
import type { OnPress } from "./block/control.ts";
import { element } from "./dom.ts";
import { clockElement } from "./time.ts";

type At = { readonly message: string } | { readonly view: string };
type Where = { readonly blockId: string; readonly actionId: string };

/** What people do with messages and forms. */
export type Actions = {
  press(at: At, press: Where & { readonly value?: string | readonly string[] | undefined }): void;
  suggest(at: At, asked: Where & { readonly query: string }): Promise<readonly Option[]>;
  shortcut(message: string, id: string): void;
  openThread(message: string): void;
};

type Around = {
  readonly actions: Actions;
  /** How many answers; null: no thread is offered here. */
  readonly replies: number | null;
  readonly shortcuts: readonly { readonly id: string; readonly name: string }[];
};

export function itemElement(item: Item, around: Around): HTMLElement {
  switch (item.kind) {
    case "message":
      return messageElement(item, around);
    case "typed":
      return element("p", { class: "typed" }, ["You typed ", element("kbd", {}, [item.text])]);
    case "notice":
      return element("p", { class: "notice" }, [item.text]);
  }
}

type Message = Extract<Item, { readonly kind: "message" }>;

function messageElement(message: Message, around: Around): HTMLElement {
  const { id, author, app, onlyYou, edited, at, broadcast } = message;
  const on = handlers(around.actions, { message: id });
  const badge = app ? [element("span", { class: "badge" }, ["app"])] : [];
  const body = message.blocks.length > 0 ? message.blocks.map((it) => blockElement(it, on)) : [paragraph(message.text)];
  return element("article", { class: onlyYou ? "message private" : "message", "aria-label": `From ${author}` }, [
    element("div", { class: app ? "face app" : `face ${author}`, "aria-hidden": "true" }, [author.slice(0, 1)]),
    element("div", { class: "body" }, [
      ...(onlyYou ? [element("p", { class: "onlyyou" }, ["Only visible to you"])] : []),
      ...(broadcast && around.replies !== null ? [element("p", { class: "onlyyou" }, ["Replied to a thread"])] : []),
      element("p", { class: "author" }, [element("strong", {}, [author]), ...badge, clockElement(at)]),
      ...body,
      ...message.attachments.map((it) => attachmentElement(it, on)),
      ...(edited ? [element("p", { class: "small" }, ["(edited)"])] : []),
      ...(onlyYou ? [] : [tools(message, around)]),
    ]),
  ]);
}

/** The presses of one place. */
export function handlers(actions: Actions, at: At): OnPress {
  return {
    press: (where, value) => actions.press(at, { ...where, value }),
    suggest: async (where, query) => actions.suggest(at, { ...where, query }),
  };
}

function attachmentElement({ color, blocks, fallback }: Attachment, on: OnPress): HTMLElement {
  const inside = blocks.length > 0 ? blocks.map((it) => blockElement(it, on)) : [element("p", {}, [fallback])];
  const made = element("div", { class: "attachment" }, inside);
  if (color !== null) made.style.borderColor = color;
  return made;
}

/** What can be done with a message that everybody sees. */
function tools({ id, thread, app }: Message, { actions, replies, shortcuts }: Around): HTMLElement {
  const count = replies === 1 ? "1 reply" : `${replies} replies`;
  const label = replies === 0 ? "Reply in thread" : count;
  return element("p", { class: "tools" }, [
    ...(replies === null ? [] : [tool(label, replies > 0, () => actions.openThread(thread ?? id))]),
    ...shortcuts
      .filter(() => !app || replies !== null)
      .map((it) => tool(it.name, false, () => actions.shortcut(id, it.id))),
  ]);
}

function tool(label: string, always: boolean, press: () => void): HTMLElement {
  const made = element("button", { type: "button", class: always ? "tool always" : "tool" }, [label]);
  made.addEventListener("click", press);
  return made;
}
