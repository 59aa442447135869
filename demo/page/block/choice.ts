import type { Control } from "../../desk/control.ts";
import { element } from "../dom.ts";
import { inlineNodes } from "./inline.ts";

type Choosing = Extract<Control, { readonly kind: "radio" | "checkboxes" }>;
type Around = {
  /** Of the group, unlike any other on the page. */
  readonly name: string;
  readonly label: string;
  readonly chosen: readonly string[];
  readonly changed: (chosen: readonly string[]) => void;
};

/** Radio buttons or boxes to tick. */
export function choiceElement({ kind, options }: Choosing, { name, label, chosen, changed }: Around) {
  const type = kind === "radio" ? "radio" : "checkbox";
  const inputs = options.map((it) => {
    const input = element("input", { type, name, value: it.value });
    input.checked = chosen.includes(it.value);
    return input;
  });
  const read = () => inputs.filter((it) => it.checked).map((it) => it.value);
  for (const it of inputs) it.addEventListener("change", () => changed(read()));
  const rows = options.map((it, index) =>
    element("label", { class: "choice" }, [
      inputs[index] ?? "",
      element("span", {}, [
        ...inlineNodes(it.label),
        ...(it.description === null ? [] : [element("span", { class: "small" }, [...inlineNodes(it.description)])]),
      ]),
    ]),
  );
  const role = kind === "radio" ? "radiogroup" : "group";
  return { element: element("div", { class: "choices", role, "aria-label": label }, rows), read };
}
