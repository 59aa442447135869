import type { Confirm } from "../../desk/control.ts";
import { byId, element } from "../dom.ts";
import { inlineNodes } from "./inline.ts";

/** Asks, where there is something to ask. Whatever is no clear yes is a no. */
export async function isConfirmed(confirm: Confirm | null): Promise<boolean> {
  if (confirm === null) return true;
  const dialog = byId("confirm");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  const answered = Promise.withResolvers<boolean>();
  const yes = element("button", { type: "button", class: `button ${confirm.style}` }, [confirm.yes]);
  const no = element("button", { type: "button", class: "button" }, [confirm.no]);
  yes.addEventListener("click", () => answered.resolve(true));
  no.addEventListener("click", () => answered.resolve(false));
  dialog.addEventListener("cancel", () => answered.resolve(false), { once: true });
  dialog.replaceChildren(
    element("h2", { id: "confirm-title" }, [confirm.title]),
    element("p", {}, [...inlineNodes(confirm.text)]),
    element("div", { class: "buttons" }, [no, yes]),
  );
  dialog.showModal();
  no.focus();
  const answer = await answered.promise;
  dialog.close();
  return answer;
}
