import type { Button, ConfirmationDialog } from "@slack/types";
import type { Operation } from "../../core/operation/operation.ts";
import { plain } from "../words/text.ts";

/** Action ids under the message of an operation. */
export const operationActions = {
  abort: "operation_abort",
  undo: "operation_undo",
  deletePod: "operation_delete_pod",
} as const;

/** What can be asked of it now. `undone`: that was asked already. */
export function buttonsFor({ intent, progress, wishes }: Operation, undone: boolean): Button[] {
  const { id, asked } = intent;
  const name = `${asked.service} in ${asked.environment}`;
  switch (progress.state) {
    case "waiting for approval":
    case "requested":
    case "sending":
      if (wishes.abort !== null) return [];
      return [
        button(operationActions.abort, "Stop it", { id }, `Stop the ${intent.kind} of ${name}, if it is not too late?`),
      ];
    case "applied": {
      const { obstacle } = progress;
      const isAsked = obstacle !== null && wishes.deletion?.pod.uid === obstacle.uid;
      const question = `Delete pod ${obstacle?.name ?? ""}, which holds up all others? The controller makes it anew.`;
      const pod = obstacle && { name: obstacle.name, uid: obstacle.uid };
      return [
        ...(pod === null || isAsked
          ? []
          : [button(operationActions.deletePod, "Delete stuck pod", { id, pod }, question)]),
        undo(id, intent.kind, name),
      ];
    }
    case "restored":
    case "unproven":
      return undone ? [] : [undo(id, intent.kind, name)];
    case "failed":
      return undone || progress.because.kind !== "not ready" ? [] : [undo(id, intent.kind, name)];
    case "refused":
    case "expired":
    case "voided":
      return [];
  }
}

function undo(id: string, kind: Operation["intent"]["kind"], name: string): Button {
  const question = `Put ${name} back to what it ran before this ${kind}?`;
  return button(operationActions.undo, `Undo this ${kind}`, { id }, question);
}

function button(action_id: string, label: string, value: object, question: string): Button {
  const confirm: ConfirmationDialog = {
    title: plain("Are you sure?", 100),
    text: plain(question, 300),
    confirm: plain("Yes", 30),
    deny: plain("No", 30),
    style: "danger",
  };
  return { type: "button", action_id, text: plain(label, 70), value: JSON.stringify(value), style: "danger", confirm };
}
