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

const pauseMs = 1_000;
/** A stop waits for the answers that are under way. */
const untilDone = new AbortController().signal;

/** A trigger lives three seconds: the dialog opens first, and everything slow fills it later. */
export function createPlanning({ modals, ...deps }: DrawingDeps & { readonly modals: Modals }): Planning {
  const { clock } = deps;
  const draw = createDrawing(deps);

  async function offer(request: Request, trigger: string): Promise<"shown" | "too late"> {
    const opened = await modals.open(trigger, checkingModal(request));
    if (opened.kind !== "shown") return "too late";
    await fill(request, opened.modal);
    return "shown";
  }

  async function again(request: Request, modal: Modal): Promise<void> {
    const opened = await modals.update(modal, checkingModal(request));
    if (opened.kind === "shown") await fill(request, opened.modal);
  }

  /** It says "Checking…" for as long as somebody checks, and never for ever. */
  async function fill(request: Request, modal: Modal): Promise<void> {
    try {
      await show(modal, await draw(request.wanted, request.by), request);
    } catch (err) {
      await show(modal, { kind: "broken" }, request);
      throw err;
    }
  }

  /** Tried again, and then without what may have been too much: what was shown once is not shown twice, by its hash. */
  async function show(modal: Modal, what: Parameters<typeof offerModal>[0], request: Request): Promise<void> {
    for (const next of [what, what, { kind: "broken" } as const]) {
      const view = offerModal(next, { request, now: clock.now() });
      if ((await modals.update(modal, view)).kind !== "no answer") return;
      await clock.sleep(pauseMs, untilDone);
    }
  }

  return { offer, again };
}
