import type { Wish } from "../../flows/wish.ts";
import { operationActions } from "../../views/operation/buttons.ts";
import { wishedMessage } from "../../views/operation/wished.ts";
import { operationPressOf, type OperationPress } from "../payload/operation.ts";
import { acknowledge, type Door, inThread, refuse, show } from "./door.ts";

/** What people press under the message of an operation. What came of it, that message tells; a refusal is for who pressed. */
export function openOperation({ app, take, wishing }: Door): void {
  if (!wishing) return;
  const wishes: Readonly<Record<string, (press: OperationPress) => Wish | null>> = {
    [operationActions.abort]: () => ({ kind: "abort" }),
    [operationActions.undo]: ({ by }) => ({ kind: "undo", reason: `undone with its button by ${by.name}` }),
    [operationActions.deletePod]: ({ pod }) => pod && { kind: "delete pod", pod },
  };
  for (const [actionId, wishOf] of Object.entries(wishes)) {
    app.action(actionId, async ({ ack, action, body, respond, context }) => {
      take(context);
      await acknowledge(ack);
      const press = operationPressOf(action, body);
      const wish = press && wishOf(press);
      if (!press || !wish) return refuse(respond, { kind: "older version" });
      const message = wishedMessage(await wishing.wish(press.id, wish, press.by));
      if (message === null) return;
      await show(respond, message, {
        response_type: "ephemeral",
        replace_original: false,
        ...inThread(press.thread),
      });
    });
  }
}
