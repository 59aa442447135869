import type { Control, Option } from "../../desk/control.ts";
import { element } from "../dom.ts";
import { isConfirmed } from "./confirm.ts";
import { choiceElement } from "./choice.ts";
import { linkElement } from "./inline.ts";
import { selectElement } from "./select.ts";

type Where = { readonly blockId: string; readonly actionId: string };

/** What is pressed or chosen acts at once, with what was chosen. */
export type OnPress = {
  press(where: Where, value?: string | readonly string[]): void;
  suggest(where: Where, query: string): Promise<readonly Option[]>;
};

/** A control outside of a form's fields. */
export function controlElement(control: Control, blockId: string, on: OnPress): HTMLElement {
  const where = { blockId, actionId: control.actionId };
  const press = async (value?: string | readonly string[]) => {
    if (await isConfirmed(control.confirm)) on.press(where, value);
  };
  switch (control.kind) {
    case "button": {
      const spoken = control.spoken === control.label ? null : control.spoken;
      return button(control.label, `button ${control.style}`, () => void press(), spoken);
    }
    case "link button":
      return linkElement(control.url, control.label, `button ${control.style}`);
    case "select":
      return selectElement({
        label: control.label,
        initial: control.initial,
        offered: { kind: "known", options: control.options },
        choose: (it) => void press(it.value),
        stays: control.initial !== null,
      }).element;
    case "asking select":
      return selectElement({
        label: control.label,
        initial: control.initial,
        offered: { kind: "asked", atLeast: control.atLeast, ask: async (query) => on.suggest(where, query) },
        choose: (it) => void press(it.value),
        stays: control.initial !== null,
      }).element;
    case "overflow":
      return menu("More", control.options, (value) => void press(value));
    case "radio":
    case "checkboxes":
      return choiceElement(control, {
        name: blockId + control.actionId,
        label: "Choose",
        chosen: control.initial,
        changed: (it) => void press(control.kind === "radio" ? it[0] : it),
      }).element;
    case "text":
    case "not drawn":
      return element("span", { class: "notdrawn" }, [
        `(${control.kind === "text" ? "text outside of a form" : control.type}: not drawn on this page)`,
      ]);
  }
}

function button(label: string, look: string, onClick: () => void, spoken: string | null = null): HTMLElement {
  const made = element("button", { type: "button", class: look, "aria-label": spoken }, [label]);
  made.addEventListener("click", onClick);
  return made;
}

function menu(label: string, options: readonly Option[], choose: (value: string) => void): HTMLElement {
  const opener = element("summary", { class: "button", "aria-label": label }, ["⋯"]);
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
