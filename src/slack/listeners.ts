import type { AllMiddlewareArgs, AnyMiddlewareArgs } from "@slack/bolt";
import type { Refusal } from "../views/refusal.ts";
import { decline } from "./decline.ts";
import { openButtons } from "./doors/button.ts";
import { openCommand } from "./doors/command.ts";
import { openConversation } from "./doors/conversation.ts";
import type { Door } from "./doors/door.ts";
import { openRollback } from "./doors/rollback.ts";
import { openIncident } from "./doors/incident.ts";
import { openOperation } from "./doors/operation.ts";
import { openShortcut } from "./doors/shortcut.ts";

/** Every way to ask, and a polite answer to whatever has no door (any more). */
export function listen(door: Omit<Door, "take">): void {
  const taken = new WeakSet<object>();
  const take = (context: object) => void taken.add(context);

  door.app.use(async (args) => {
    await args.next();
    if (!taken.has(args.context)) await decline(args, unknown(args));
  });

  const doors = [openCommand, openConversation, openIncident, openShortcut, openRollback, openOperation, openButtons];
  for (const open of doors) open({ ...door, take });
}

function unknown({ body }: AnyMiddlewareArgs & AllMiddlewareArgs): Refusal {
  const command = "command" in body && typeof body.command === "string" ? body.command : null;
  return command === null ? { kind: "older version" } : { kind: "unknown command", command };
}
