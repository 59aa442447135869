import type { Request } from "../../core/plan/wanted.ts";
import type { Deciding } from "../../flows/decide.ts";
import type { Planning } from "../../flows/plan.ts";
import { rollbackActionId } from "../../views/plan/button.ts";
import { lackWords } from "../../views/plan/field.ts";
import { inviteMessage } from "../../views/plan/invite.ts";
import { menuIds } from "../../views/plan/menu.ts";
import { acceptedModal, planModalId, refusedModal } from "../../views/plan/modal.ts";
import { refusalModal } from "../../views/refusal.ts";
import { personOf, pickedIn, placeOf, planFormOf, triggerOf } from "../payload/plan.ts";
import { wantedOfButton } from "../payload/wanted.ts";
import { acknowledge, type Door, inThread, refuse, show } from "./door.ts";

export type RollingBack = Planning & Deciding;

/** From the button to the confirmation. */
export function openRollback({ app, take, rollback, log }: Door): void {
  if (!rollback) return;

  app.action(new RegExp(`^${rollbackActionId}\\d+$`), async ({ ack, action, body, respond, context }) => {
    take(context);
    await acknowledge(ack);
    const [wanted, by, trigger] = [wantedOfButton(action), personOf(body), triggerOf(body)];
    if (!wanted || !by || trigger === null) return refuse(respond, { kind: "older version" });
    const request: Request = { wanted, by, where: placeOf(body), reason: "" };
    if ((await rollback.offer(request, trigger)) === "shown") return;
    const thread = inThread(request.where?.thread ?? null);
    const how = { response_type: "ephemeral", replace_original: false, ...thread } as const;
    await show(respond, inviteMessage(wanted, "too late"), how);
  });

  app.action(new RegExp(`^(${Object.values(menuIds).join("|")})$`), async ({ ack, action, body, context }) => {
    take(context);
    await acknowledge(ack);
    const form = planFormOf(body);
    if (!form) return;
    await rollback.again({ ...form.request, wanted: pickedIn(form.request, action) }, form.modal);
  });

  // here the acknowledgement is the answer
  app.view(planModalId, async ({ ack, body, context }) => {
    take(context);
    const form = planFormOf(body);
    if (form?.plan == null) return ack({ response_action: "update", view: refusalModal({ kind: "older version" }) });
    const { plan, given, request } = form;
    const decision = await rollback.confirm({ plan, given, by: request.by, where: request.where });
    const because = decision.kind === "refused" ? decision.because.kind : null;
    log.info({ plan, by: request.by.id, decision: decision.kind, because }, "somebody confirmed a rollback");
    switch (decision.kind) {
      case "accepted":
        return ack({ response_action: "update", view: acceptedModal(decision.intent) });
      case "incomplete":
        return ack({ response_action: "errors", errors: lackWords(decision.lacks, plan, decision.service) });
      case "refused":
        return ack({ response_action: "update", view: refusedModal(decision.because, request) });
    }
  });
}
