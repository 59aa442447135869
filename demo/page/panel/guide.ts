import type { Step } from "../../stage.ts";
import { element } from "../dom.ts";
import type { Told } from "../wire.ts";

/** The story, one step after the other. */
export function createGuide(take: (step: Step) => void) {
  const list = element("ol", { class: "guide", "aria-label": "Guided story" });
  const none = element("p", { class: "fine" }, [
    "The story needs the demo's own clusters: start it without a kubeconfig.",
  ]);
  let drawn = "";

  return {
    element: element("div", {}, [list, none]),
    show({ guide }: Told): void {
      const source = JSON.stringify(guide);
      if (source === drawn) return;
      drawn = source;
      none.hidden = guide.length > 0;
      const hadFocus = list.contains(document.activeElement);
      list.replaceChildren(...guide.map(stepElement));
      if (hadFocus) list.querySelector<HTMLElement>("button:not([disabled])")?.focus();
    },
  };

  function stepElement(step: Step): HTMLElement {
    const { title, text, action, state } = step;
    const button = element("button", { type: "button", class: "button primary" }, [action]);
    button.disabled = state === "under way";
    button.addEventListener("click", () => take(step));
    const isOpen = state === "next" || state === "under way";
    return element("li", { class: `step ${state.replace(" ", "-")}`, "aria-current": isOpen ? "step" : null }, [
      element("h3", {}, [title, element("span", { class: "unseen" }, [`, ${state}`])]),
      ...(isOpen ? [element("p", {}, [text]), button] : []),
      ...(state === "under way" ? [element("p", { class: "small", role: "status" }, ["Under way…"])] : []),
    ]);
  }
}
