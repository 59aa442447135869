import type { Conversation, Item } from "../conversation.ts";
import { byId, element } from "./dom.ts";
import { itemElement, type Press } from "./message.ts";

type Drawn = { readonly source: string; readonly row: HTMLElement };

/** Draws what changed and leaves the rest alone, so that what somebody reads or has the focus on stays where it is. */
export function createConversation(onPress: (press: Press) => void) {
  const list = byId("conversation");
  const drawn = new Map<string, Drawn>();

  function row(item: Item): HTMLElement {
    const source = JSON.stringify(item);
    const before = drawn.get(item.id);
    if (before?.source === source) return before.row;
    const made = element("li", { tabindex: "-1" }, [itemElement(item, onPress)]);
    const hadFocus = before?.row.contains(document.activeElement) === true;
    before?.row.replaceWith(made);
    if (hadFocus) made.focus();
    drawn.set(item.id, { source, row: made });
    return made;
  }

  return {
    show({ items, channel, person }: Conversation): void {
      byId("channel").textContent = channel;
      byId("person").textContent = person;
      byId("welcome").hidden = items.length > 0;
      const ids = new Set(items.map((it) => it.id));
      for (const [id, it] of drawn) {
        if (ids.has(id)) continue;
        it.row.remove();
        drawn.delete(id);
      }
      const known = drawn.size;
      for (const [index, it] of items.entries()) {
        const wanted = row(it);
        if (list.children[index] !== wanted) list.insertBefore(wanted, list.children[index] ?? null);
      }
      if (drawn.size > known) reveal(list.lastElementChild);
    },
  };
}

/** The end of what is new; its beginning, where the verdict is, when there is no room for all of it. */
function reveal(row: Element | null): void {
  const room = row?.closest("main")?.clientHeight ?? 0;
  row?.scrollIntoView({ block: row.clientHeight > room ? "start" : "end" });
}
