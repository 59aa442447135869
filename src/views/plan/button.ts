import type { Button } from "@slack/types";
import type { Wanted } from "../../core/plan/wanted.ts";
import { plain } from "../words/text.ts";

/** Followed by a number, since ids are unique within a block. What is pressed opens a modal, and changes nothing by itself. */
export const rollbackActionId = "rollback_";

/**
 * Offers to go back, under whatever tells of a service: an answer, an announcement, a row of a history. None where its value
 * would be too long for Slack, which would refuse the whole message.
 */
export function rollbackButton(wanted: Wanted, label = "Roll back…", index = 0): Button[] {
  const value = JSON.stringify(wanted);
  if (value.length > 2000) return [];
  return [{ type: "button", action_id: `${rollbackActionId}${index}`, text: plain(label, 70), value, style: "danger" }];
}
