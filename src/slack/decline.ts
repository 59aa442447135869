import type { AllMiddlewareArgs, AnyMiddlewareArgs } from "@slack/bolt";
import { refusalMessage, refusalModal, type Refusal } from "../views/refusal.ts";

/** Acknowledges, and says why there is no answer wherever this kind of payload leaves room for it. */
export async function decline(args: AnyMiddlewareArgs & AllMiddlewareArgs, refusal: Refusal): Promise<void> {
  if (!("ack" in args) || !args.ack) return; // an event: nobody waits for an answer
  await args.ack();
  if ("respond" in args && args.respond) {
    const message = refusalMessage(refusal);
    await args.respond({ ...message, response_type: "ephemeral", replace_original: false });
  } else if ("shortcut" in args && args.body.type === "shortcut") {
    // A global shortcut is pressed outside of any channel.
    await args.client.views.open({ trigger_id: args.body.trigger_id, view: refusalModal(refusal) });
  }
}
