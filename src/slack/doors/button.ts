import type { RespondFn } from "@slack/bolt";
import type { Question } from "../../core/question/question.ts";
import { actionIds } from "../../views/message.ts";
import { planModalId } from "../../views/plan/modal.ts";
import { refusalModal } from "../../views/refusal.ts";
import { sharedMessage } from "../../views/shared.ts";
import { pressOf, questionOfButton, questionOfMenu } from "../payload/payload.ts";
import { acknowledge, type Door, inChannel, inThread, refuse, show } from "./door.ts";

/** What people press under our answers. */
export function openButtons({ app, asking, take }: Door): void {
  app.action(actionIds.share, async ({ ack, action, body, respond, context }) => {
    take(context);
    await acknowledge(ack);
    const question = questionOfButton(action);
    const press = pressOf(body);
    if (!question || !press) return refuse(respond, { kind: "older version" });
    const answer = sharedMessage(await asking.again(question, "channel"), press.by);
    await show(respond, answer, { ...inChannel, replace_original: false, ...inThread(press.thread) });
  });

  app.action(new RegExp(`^${actionIds.ask}\\d+$`), async ({ ack, action, body, respond, context }) => {
    take(context);
    await acknowledge(ack);
    await replace(respond, questionOfButton(action), body);
  });

  app.action(actionIds.open, async ({ ack, action, body, respond, context }) => {
    take(context);
    await acknowledge(ack);
    await replace(respond, questionOfMenu(action), body);
  });

  // A dialog that is none of ours (any more).
  app.view(new RegExp(`^(?!${planModalId}$)`), async ({ ack, context }) => {
    take(context);
    await ack({ response_action: "update", view: refusalModal({ kind: "older version" }) });
  });

  /** What one person sees gives way to the next answer. What everybody sees stays: the next answer is for who asked. */
  async function replace(respond: RespondFn, question: Question | null, body: unknown): Promise<void> {
    const press = pressOf(body);
    if (!question || !press) return refuse(respond, { kind: "older version" });
    const answer = await asking.again(question, press.direct ? "channel" : "reader");
    const how =
      press.ephemeral || press.direct
        ? { replace_original: true }
        : { replace_original: false, ...inThread(press.thread) };
    await show(respond, answer, { response_type: "ephemeral", ...how });
  }
}
