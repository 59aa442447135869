import type { Answered, Modal } from "../desk/sight.ts";
import { blockElement } from "./block/block.ts";
import { type Field, fieldElement } from "./field.ts";
import { byId, element } from "./dom.ts";
import { type Actions, handlers } from "./message.ts";

type Values = Readonly<Record<string, string | readonly string[]>>;
type Doing = Actions & {
  readonly submit: (view: string, values: Values) => Promise<Answered>;
  readonly dismiss: (view: string) => void;
};

/** The form on top. What is typed stays when what it shows changes, as long as the field is the same. */
export function createModal(doing: Doing) {
  const dialog = byId("modal");
  if (!(dialog instanceof HTMLDialogElement)) throw new Error("the page has no dialog");
  const sheet = dialog;
  const typed = new Map<string, string | readonly string[]>();
  let now: Modal | null = null;
  let fields: readonly Field[] = [];

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (now) doing.dismiss(now.id);
  });

  function draw(modal: Modal): void {
    const focused = document.activeElement?.closest("[data-field]")?.getAttribute("data-field") ?? null;
    const on = handlers(doing, { view: modal.id });
    const made: Field[] = [];
    const inside = modal.blocks.map((block) => {
      if (block.kind !== "input") return blockElement(block, on);
      const field = fieldElement(block, { typed: typed.get(block.blockId) ?? null, on });
      made.push(field);
      return field.element;
    });
    fields = made;
    const close = element("button", { type: "button", class: "button" }, [modal.close]);
    close.addEventListener("click", () => doing.dismiss(modal.id));
    const send = element("button", { type: "submit", class: "button primary" }, [modal.submit ?? ""]);
    const form = element("form", { novalidate: "" }, [
      element("h2", { id: "modal-title" }, [modal.title]),
      element("div", { class: "inside" }, inside),
      element("p", { class: "error", role: "alert", id: "modal-notice" }),
      element("div", { class: "buttons" }, [close, ...(modal.submit === null ? [] : [send])]),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void submit(modal, send);
    });
    sheet.replaceChildren(form);
    if (focused !== null) fields.find((it) => it.blockId === focused)?.focus();
  }

  function keep(): void {
    for (const it of fields) {
      const value = it.read();
      if (value !== null) typed.set(it.blockId, value);
    }
  }

  async function submit(modal: Modal, send: HTMLButtonElement): Promise<void> {
    keep();
    for (const it of fields) it.complain(null);
    byId("modal-notice").textContent = "";
    const missing = fields.filter((it) => !it.optional && isEmpty(it.read()));
    for (const it of missing) it.complain("This has to be filled in.");
    if (missing.length > 0) return missing[0]?.focus();
    const values = fields.flatMap((it) => {
      const value = it.read();
      return value === null ? [] : [[it.blockId, value] as const];
    });
    send.disabled = true;
    const { errors, notice } = await doing.submit(modal.id, Object.fromEntries(values));
    send.disabled = false;
    if (now?.id !== modal.id || now.hash !== modal.hash) return;
    byId("modal-notice").textContent = notice ?? "";
    const wrong = fields.filter((it) => errors[it.blockId] !== undefined);
    for (const it of wrong) it.complain(errors[it.blockId] ?? null);
    wrong[0]?.focus();
  }

  return {
    show(modal: Modal | null): void {
      if (modal?.id === now?.id && modal?.hash === now?.hash) return;
      if (modal?.id === now?.id) keep();
      else typed.clear();
      now = modal;
      if (modal === null) {
        fields = [];
        dialog.close();
        return;
      }
      draw(modal);
      if (!dialog.open) dialog.showModal();
    },
  };
}

function isEmpty(value: string | readonly string[] | null): boolean {
  return value === null || value.length === 0;
}
