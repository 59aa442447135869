import type { Step } from "../stage.ts";
import { byId, element } from "./dom.ts";
import { createGuide } from "./panel/guide.ts";
import { createInspection } from "./panel/inspector.ts";
import { createLevers } from "./panel/lever.ts";
import type { Told } from "./wire.ts";

type Doing = { readonly pull: (lever: string) => void; readonly take: (step: Step) => void };

/** What is behind the scenes, a tab each. */
export function createPanel({ pull, take }: Doing) {
  const sheets = [
    { name: "Guide", sheet: createGuide(begin) },
    { name: "Levers", sheet: createLevers(pull) },
    { name: "Inspector", sheet: createInspection() },
  ];
  let open = sheets[0];
  let now: Told | null = null;

  const tabs = sheets.map((it) => {
    const made = element("button", { type: "button", role: "tab", id: `tab-${it.name}`, "aria-controls": "sheet" }, [
      it.name,
    ]);
    made.addEventListener("click", () => choose(it));
    made.addEventListener("keydown", (event) => {
      const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (by === 0) return;
      const next = (sheets.indexOf(it) + by + sheets.length) % sheets.length;
      choose(sheets[next] ?? it);
      tabs[next]?.focus();
    });
    return made;
  });
  byId("tabs").append(...tabs);
  const toggle = byId("panel-toggle");
  const panel = byId("panel");
  const setOpen = (isOpen: boolean) => {
    panel.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
  };
  toggle.addEventListener("click", () => setOpen(panel.hidden !== false));
  const isWide = matchMedia("(min-width: 1000px)");
  setOpen(isWide.matches);
  choose(sheets[0]);

  /** Where it covers the conversation, it makes room for what happens there. */
  function begin(step: Step): void {
    if (!isWide.matches) setOpen(false);
    take(step);
  }

  function choose(it: (typeof sheets)[number] | undefined): void {
    open = it;
    for (const [index, tab] of tabs.entries()) {
      const on = sheets[index] === open;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    const sheet = byId("sheet");
    sheet.setAttribute("aria-labelledby", `tab-${open?.name ?? ""}`);
    if (open) sheet.replaceChildren(open.sheet.element);
    if (now) open?.sheet.show(now);
  }

  return {
    show(told: Told): void {
      now = told;
      open?.sheet.show(told);
    },
  };
}
