import type { Lever } from "../../stage.ts";
import { element } from "../dom.ts";
import type { Told } from "../wire.ts";

/** What can go wrong, to try what the bot makes of it. */
export function createLevers(pull: (id: string) => void) {
  const list = element("ul", { class: "levers", "aria-label": "Levers" });
  const none = element("p", { class: "fine" }, ["There are no levers over a real cluster."]);
  let drawn = "";

  return {
    element: element("div", {}, [list, none]),
    show({ levers }: Told): void {
      const source = JSON.stringify(levers);
      if (source === drawn) return;
      drawn = source;
      none.hidden = levers.length > 0;
      const focused = document.activeElement?.getAttribute("data-lever") ?? null;
      list.replaceChildren(...levers.map(leverElement));
      if (focused !== null) list.querySelector<HTMLElement>(`[data-lever="${CSS.escape(focused)}"]`)?.focus();
    },
  };

  function leverElement({ id, label, text, on, said }: Lever): HTMLElement {
    const pressed = on === null ? null : String(on);
    const made = element("button", { type: "button", class: "button", "data-lever": id, "aria-pressed": pressed }, [
      label,
    ]);
    made.addEventListener("click", () => pull(id));
    return element("li", { class: on === true ? "lever on" : "lever" }, [
      made,
      element("p", { class: "small" }, [text]),
      ...(said === null ? [] : [element("p", { class: "said", role: "status" }, [said])]),
    ]);
  }
}
