import { element } from "./dom.ts";

type Completion = { readonly text: string; readonly hint: string };
type Known = {
  readonly people: readonly { readonly name: string; readonly role: string }[];
  readonly commands: readonly { readonly name: string; readonly hint: string }[];
};

let count = 0;

/** Where one types: commands and names are completed, and what was typed before is behind the arrow keys. */
export function createComposer(form: HTMLElement, label: string, send: (text: string) => void) {
  count += 1;
  const id = `completions-${count}`;
  const earlier: string[] = [];
  let at = 0;
  let known: Known = { people: [], commands: [] };
  let offered: readonly Completion[] = [];
  let active = -1;

  const input = element("input", {
    type: "text",
    role: "combobox",
    "aria-label": label,
    "aria-controls": id,
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    maxlength: "3000",
    placeholder: label,
    spellcheck: "false",
    autocomplete: "off",
  });
  const list = element("ul", { id, role: "listbox", class: "list above", "aria-label": "Completions" });
  list.hidden = true;
  form.append(
    element("div", { class: "select" }, [input, list]),
    element("button", { type: "submit", class: "button primary" }, ["Send"]),
  );

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    earlier.push(text);
    at = earlier.length;
    input.value = "";
    offer();
    send(text);
  });
  input.addEventListener("input", offer);
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    const isUp = event.key === "ArrowUp";
    if (event.key === "Escape") return hide();
    if (isUp || event.key === "ArrowDown") {
      event.preventDefault();
      if (list.hidden) recall(isUp ? -1 : 1);
      else move(isUp ? -1 : 1);
      return;
    }
    const completion = list.hidden ? undefined : (offered[active] ?? (event.key === "Tab" ? offered[0] : undefined));
    if ((event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) && completion) {
      event.preventDefault();
      take(completion);
    }
  });

  function offer(): void {
    offered = completions(input.value, known);
    active = -1;
    draw();
  }

  function hide(): void {
    offered = [];
    draw();
  }

  function move(by: number): void {
    active = (active + by + offered.length + 1) % (offered.length + 1);
    if (active === offered.length) active = by > 0 ? 0 : offered.length - 1;
    draw();
  }

  function recall(by: number): void {
    at = Math.min(earlier.length, Math.max(0, at + by));
    input.value = earlier[at] ?? "";
  }

  function take({ text }: Completion): void {
    input.value = text;
    hide();
    input.focus();
  }

  function draw(): void {
    const isOpen = offered.length > 0;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (active === -1) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${id}-${active}`);
    list.replaceChildren(
      ...offered.map((it, index) => {
        const selected = String(index === active);
        const row = element("li", { id: `${id}-${index}`, role: "option", "aria-selected": selected }, [
          it.text,
          element("span", { class: "small" }, [it.hint]),
        ]);
        row.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(it);
        });
        return row;
      }),
    );
  }

  return {
    focus: () => input.focus(),
    know: (it: Known) => {
      known = it;
    },
  };
}

const most = 8;

/** What the line could become: a command from its beginning, or a name after an @ at its end. */
function completions(line: string, { people, commands }: Known): readonly Completion[] {
  if (line.startsWith("/")) {
    const found = commands.filter((it) => it.name.startsWith(line) && it.name !== line);
    return found.slice(0, most).map((it) => ({ text: it.name, hint: it.hint }));
  }
  const [, before, begun] = /^(.*?(?:^|\s))@([\w-]*)$/.exec(line) ?? [];
  if (before === undefined || begun === undefined) return [];
  const named = [{ name: "whatsrunning", role: "app" }, ...people];
  return named
    .filter((it) => it.name.startsWith(begun))
    .map((it) => ({ text: `${before}@${it.name} `, hint: it.role }));
}
