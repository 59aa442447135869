import type { Inspected } from "../../desk/sight.ts";
import { element } from "../dom.ts";
import { clockElement } from "../time.ts";
import { readPayload, type Told } from "../wire.ts";

/** Every payload between Slack and the bot, the newest first. */
export function createInspection() {
  const list = element("ol", { class: "payloads", "aria-label": "Payloads" });
  const drawn = new Map<string, HTMLElement>();

  return {
    element: list,
    show({ seen }: Told): void {
      const rows = seen.map((it) => {
        const row = drawn.get(it.id) ?? payloadElement(it);
        drawn.set(it.id, row);
        return row;
      });
      const ids = new Set(seen.map((it) => it.id));
      for (const [id, row] of drawn) {
        if (ids.has(id)) continue;
        row.remove();
        drawn.delete(id);
      }
      for (const [index, row] of rows.entries()) {
        if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
      }
    },
  };
}

function payloadElement({ id, at, way, title, ackMs, verdict, fine }: Inspected): HTMLElement {
  const text = element("pre", { tabindex: "0", "aria-label": `Payload of ${title}` });
  const details = element("details", {}, [
    element("summary", {}, [
      element("span", { class: "way" }, [way === "to the bot" ? "→ bot" : "← bot"]),
      element("code", {}, [title]),
      element("span", { class: fine ? "good" : "bad" }, [verdict]),
      ...(ackMs === null ? [] : [element("span", {}, [`in ${ackMs} ms`])]),
      clockElement(at),
    ]),
    text,
  ]);
  details.addEventListener("toggle", () => {
    if (!details.open || text.textContent !== "") return;
    void fill(text, id);
  });
  return element("li", {}, [details]);
}

async function fill(text: HTMLElement, id: string): Promise<void> {
  text.textContent = await readPayload(id);
}
