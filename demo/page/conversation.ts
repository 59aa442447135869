import type { Item } from "../desk/conversation.ts";
import { element } from "./dom.ts";
import { type Actions, itemElement } from "./message.ts";

type Drawn = { readonly source: string; readonly row: HTMLElement };

type Shown = {
  /** Another one: another place, of which nothing drawn is kept. */
  readonly key: string;
  readonly items: readonly Item[];
  /** Where answers are counted; null: they are all shown. */
  readonly all: readonly Item[] | null;
  readonly shortcuts: readonly { readonly id: string; readonly name: string }[];
};

/** Draws what changed and leaves the rest alone, so that what somebody reads or has the focus on stays where it is. */
export function createConversation(list: HTMLElement, actions: Actions) {
  const drawn = new Map<string, Drawn>();
  let place = "";

  function row(item: Item, replies: number | null, shortcuts: Shown["shortcuts"]): HTMLElement {
    const source = JSON.stringify([item, replies]);
    const before = drawn.get(item.id);
    if (before?.source === source) return before.row;
    const made = element("li", { tabindex: "-1" }, [itemElement(item, { actions, replies, shortcuts })]);
    const hadFocus = before?.row.contains(document.activeElement) === true;
    before?.row.replaceWith(made);
    if (hadFocus) made.focus();
    drawn.set(item.id, { source, row: made });
    return made;
  }

  return {
    show({ key, items, all, shortcuts }: Shown): void {
      const ids = new Set(key === place ? items.map((it) => it.id) : []);
      place = key;
      for (const [id, it] of drawn) {
        if (ids.has(id)) continue;
        it.row.remove();
        drawn.delete(id);
      }
      const wasAtEnd = isAtEnd(list);
      const known = drawn.size;
      for (const [index, it] of items.entries()) {
        const replies = all === null ? null : all.filter((other) => other.thread === it.id).length;
        const wanted = row(it, replies, shortcuts);
        if (list.children[index] !== wanted) list.insertBefore(wanted, list.children[index] ?? null);
      }
      if (drawn.size > known || wasAtEnd) reveal(list.lastElementChild);
    },
  };
}

function isAtEnd({ parentElement: scroll }: HTMLElement): boolean {
  return scroll !== null && scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 8;
}

/** The end of what is new; its beginning, where the verdict is, when there is no room for all of it. */
function reveal(row: Element | null): void {
  const room = row?.closest(".scroll")?.clientHeight ?? 0;
  row?.scrollIntoView({ block: row.clientHeight > room ? "start" : "end" });
}
