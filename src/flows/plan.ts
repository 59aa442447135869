import type { Request } from "../core/plan/wanted.ts";
import type { Modal, Modals } from "../ports/modals.ts";
import { checkingModal, offerModal } from "../views/plan/modal.ts";
import { createDrawing, type DrawingDeps } from "./plan/draw.ts";

export type Planning = {
  /** Opens the dialog at once, and fills it when the plan is ready. "too late": nothing was shown. */
  offer(request: Request, trigger: string): Promise<"shown" | "too late">;
  /** The same in a dialog that is open: another target, another workload, or once more. */
  again(request: Request, modal: Modal): Promise<void>;
};

/** A trigger lives three seconds: the dialog opens first, and everything slow fills it later. */
export function createPlanning({ modals, ...deps }: DrawingDeps & { readonly modals: Modals }): Planning {
  const draw = createDrawing(deps);

  async function offer(request: Request, trigger: string): Promise<"shown" | "too late"> {
    const opened = await modals.open(trigger, checkingModal(request));
    if (opened.kind === "too late") return "too late";
    if (opened.kind === "shown") await fill(request, opened.modal);
    return "shown";
  }

  async function again(request: Request, modal: Modal): Promise<void> {
    const opened = await modals.update(modal, checkingModal(request));
    if (opened.kind === "shown") await fill(request, opened.modal);
  }

  /** It says "Checking…" for as long as somebody checks, and never for ever. */
  async function fill(request: Request, modal: Modal): Promise<void> {
    try {
      const offered = await draw(request.wanted, request.by);
      await modals.update(modal, offerModal(offered, { request, now: deps.clock.now() }));
    } catch (err) {
      await modals.update(modal, offerModal({ kind: "broken" }, { request, now: deps.clock.now() }));
      throw err;
    }
  }

  return { offer, again };
}
