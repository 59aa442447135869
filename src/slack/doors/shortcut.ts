import { pointedAt } from "../payload/pointed.ts";
import { acknowledge, type Door, inThread, refuse, show } from "./door.ts";

/** "What is running here?" on somebody's message. */
export function openShortcut({ app, asking, take }: Door): void {
  app.shortcut(
    { type: "message_action", callback_id: "whats_running_here" },
    async ({ ack, body, respond, context }) => {
      take(context);
      await acknowledge(ack);
      const pointed = pointedAt(body);
      if (!pointed) return refuse(respond, { kind: "older version" });
      const answer = await asking.about(pointed.text);
      await show(respond, answer, { response_type: "ephemeral", replace_original: false, ...inThread(pointed.thread) });
    },
  );
}
