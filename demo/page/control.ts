import type { Control } from "../block.ts";
import { element } from "./dom.ts";
import { linkElement } from "./inline.ts";

/** What is pressed, with the option that was chosen. */
export type OnPress = (actionId: string, value?: string) => void;

export function controlElement(control: Control, onPress: OnPress): HTMLElement {
  switch (control.kind) {
    case "button":
      return button(control.label, `button ${control.style}`, () => onPress(control.actionId));
    case "link button":
      return linkElement(control.url, control.label, "button");
    case "select":
      return menu(control.label, control.options, (value) => onPress(control.actionId, value));
    case "not drawn":
      return element("span", { class: "notdrawn" }, [`(${control.type}: not drawn on this page)`]);
  }
}

function button(label: string, look: string, onClick: () => void): HTMLElement {
  const made = element("button", { type: "button", class: look }, [label]);
  made.addEventListener("click", onClick);
  return made;
}

type Option = { readonly value: string; readonly label: string };

/** Not a `<select>`: some browsers take the first arrow key in one for a choice, and a choice acts at once here. */
function menu(label: string, options: readonly Option[], choose: (value: string) => void): HTMLElement {
  const opener = element("summary", { class: "button" }, [label]);
  const list = element(
    "ul",
    { class: "options" },
    options.map((it) =>
      element("li", {}, [
        button(it.label, "option", () => {
          made.open = false;
          choose(it.value);
        }),
      ]),
    ),
  );
  const made = element("details", { class: "menu" }, [opener, list]);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    made.open = false;
    opener.focus();
  });
  made.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !made.contains(relatedTarget)) made.open = false;
  });
  return made;
}
