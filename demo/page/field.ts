import type { Shown } from "../desk/block.ts";
import { choiceElement } from "./block/choice.ts";
import type { OnPress } from "./block/control.ts";
import { selectElement } from "./block/select.ts";
import { notDrawn } from "./block/block.ts";
import { element } from "./dom.ts";

type Value = string | readonly string[];
type Input = Extract<Shown, { readonly kind: "input" }>;

/** One field of a form. */
export type Field = {
  readonly blockId: string;
  readonly optional: boolean;
  readonly element: HTMLElement;
  /** What is filled in; null: nothing. */
  read(): Value | null;
  focus(): void;
  /** Says beside the field what is wrong with it; null: nothing. */
  complain(sentence: string | null): void;
};

type Around = { readonly typed: Value | null; readonly on: OnPress };

export function fieldElement(block: Input, around: Around): Field {
  const { blockId, label, hint, optional } = block;
  const id = `field-${blockId}`;
  const part = partOf(block, around);
  const target = part.input ?? part.element;
  const error = element("p", { class: "error", id: `${id}-error`, role: "alert" });
  const made = element("div", { class: "field", "data-field": blockId }, [
    element("span", { class: "label", "aria-hidden": "true" }, [label, ...(optional ? [" (optional)"] : [])]),
    part.element,
    ...(hint === null ? [] : [element("p", { class: "small", id: `${id}-hint` }, [hint])]),
    error,
  ]);
  target.setAttribute("aria-label", optional ? `${label} (optional)` : label);
  target.setAttribute("aria-describedby", hint === null ? `${id}-error` : `${id}-hint ${id}-error`);
  if (!optional) target.setAttribute("aria-required", "true");
  return {
    blockId,
    optional,
    element: made,
    read: part.read,
    focus: () => (target.matches("input, textarea") ? target : target.querySelector("input"))?.focus(),
    complain: (sentence) => {
      error.textContent = sentence ?? "";
      if (sentence === null) target.removeAttribute("aria-invalid");
      else target.setAttribute("aria-invalid", "true");
    },
  };
}

type Part = { readonly element: HTMLElement; readonly input?: HTMLElement; read(): Value | null };

function partOf({ blockId, label, element: control, tells }: Input, { typed, on }: Around): Part {
  const where = { blockId, actionId: control.actionId };
  const tell = (value: Value) => {
    if (tells) on.press(where, value);
  };
  switch (control.kind) {
    case "text": {
      const text = typeof typed === "string" ? typed : control.initial;
      const attributes = { placeholder: control.placeholder, maxlength: String(control.maxLength) };
      const input = control.multiline
        ? element("textarea", { ...attributes, rows: "3" })
        : element("input", { ...attributes, type: "text", autocomplete: "off" });
      input.value = text;
      return { element: input, input, read: () => input.value };
    }
    case "select":
    case "asking select": {
      const offered =
        control.kind === "select"
          ? ({ kind: "known", options: control.options } as const)
          : ({
              kind: "asked",
              atLeast: control.atLeast,
              ask: async (query: string) => on.suggest(where, query),
            } as const);
      const known = control.kind === "select" ? control.options : [];
      const initial = known.find((it) => it.value === typed) ?? control.initial;
      const made = selectElement({
        label: control.label,
        initial,
        offered,
        choose: (it) => tell(it.value),
        stays: true,
      });
      return { element: made.element, input: made.input, read: () => made.chosen()?.value ?? null };
    }
    case "radio":
    case "checkboxes": {
      const chosen = typeof typed === "string" ? [typed] : (typed ?? control.initial);
      const isRadio = control.kind === "radio";
      const made = choiceElement(control, {
        name: `${blockId} ${control.actionId}`,
        label,
        chosen,
        changed: (it) => tell(isRadio ? (it[0] ?? "") : it),
      });
      return { element: made.element, read: () => (isRadio ? (made.read()[0] ?? null) : made.read()) };
    }
    case "button":
    case "link button":
    case "overflow":
    case "not drawn":
      return { element: notDrawn(control.kind === "not drawn" ? control.type : control.kind), read: () => null };
  }
}
