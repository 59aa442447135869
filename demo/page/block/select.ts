import type { Option } from "../../desk/control.ts";
import { element } from "../dom.ts";

type Offered =
  | { readonly kind: "known"; readonly options: readonly Option[] }
  | { readonly kind: "asked"; readonly atLeast: number; readonly ask: (query: string) => Promise<readonly Option[]> };

type Select = {
  readonly label: string;
  readonly initial: Option | null;
  readonly offered: Offered;
  readonly choose: (option: Option) => void;
  /** Goes on to show what was chosen. */
  readonly stays: boolean;
};

let count = 0;

/** A list that narrows as one types. Moving in it chooses nothing: Enter does, or a click. */
export function selectElement({ label, initial, offered, choose, stays }: Select) {
  count += 1;
  const id = `select-${count}`;
  let chosen = initial;
  let shown: readonly Option[] = [];
  let active = -1;
  let asked = 0;

  const input = element("input", {
    type: "text",
    class: "pick",
    role: "combobox",
    placeholder: label,
    "aria-label": label,
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-autocomplete": "list",
    autocomplete: "off",
  });
  input.value = chosen?.label ?? "";
  const list = element("ul", { id, role: "listbox", class: "list", "aria-label": label });
  list.hidden = true;
  const made = element("div", { class: "select" }, [input, list]);

  async function open(query: string): Promise<void> {
    const turn = (asked += 1);
    const found = await find(offered, query);
    if (turn !== asked || document.activeElement !== input) return;
    shown = found;
    active = shown.length > 0 && query !== "" ? 0 : -1;
    draw(offered.kind === "asked" && query.length < offered.atLeast ? "Type to search" : "Nothing matches");
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function draw(nothing: string): void {
    const rows = shown.map((it, index) => {
      const selected = String(index === active);
      const row = element("li", { id: `${id}-${index}`, role: "option", "aria-selected": selected }, [
        it.label,
        ...(it.description === null ? [] : [element("span", { class: "small" }, [it.description])]),
      ]);
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(it);
      });
      return row;
    });
    list.replaceChildren(...(rows.length > 0 ? rows : [element("li", { class: "notdrawn" }, [nothing])]));
    if (active === -1) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${id}-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function close(): void {
    asked += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = chosen?.label ?? "";
  }

  function take(option: Option): void {
    chosen = stays ? option : null;
    close();
    choose(option);
  }

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => void open(""));
  input.addEventListener("input", () => void open(input.value));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const down = event.key === "ArrowDown";
    if (list.hidden) {
      if (!down && event.key !== "Enter") return;
      event.preventDefault();
      return void open("");
    }
    if (down || event.key === "ArrowUp") {
      event.preventDefault();
      active = Math.min(shown.length - 1, Math.max(0, active + (down ? 1 : -1)));
      draw("");
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = shown[active];
      if (option) take(option);
    } else if (event.key === "Escape") {
      event.preventDefault(); // the form that it stands in stays open
      event.stopPropagation();
      close();
    }
  });
  return { element: made, input, chosen: () => chosen };
}

async function find(offered: Offered, query: string): Promise<readonly Option[]> {
  if (offered.kind === "asked") return query.length < offered.atLeast ? [] : offered.ask(query);
  const words = query.toLowerCase().split(/\s+/);
  return offered.options.filter((it) => words.every((word) => it.label.toLowerCase().includes(word)));
}
