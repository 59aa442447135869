import type { ActionsBlock, Button, KnownBlock } from "@slack/types";
import type { Question } from "../core/question/question.ts";
import { mrkdwn, plain } from "./words/text.ts";

/** What Slack shows. `text` says it all in full sentences: it is what notifications and screen readers get. */
export type Message = {
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly attachments: { color: string; fallback: string; blocks: KnownBlock[] }[];
};

/** Colour is never alone: an emoji and a word say the same. */
export const colors = {
  green: "#16A34A",
  blue: "#2563EB",
  amber: "#D97706",
  red: "#DC2626",
  grey: "#9CA3AF",
  purple: "#7C3AED",
} as const;
export type Color = keyof typeof colors;

/** Action ids that the listeners answer. `ask` is followed by a number, since ids are unique within a block. */
export const actionIds = { ask: "ask_", open: "open_service", share: "share" } as const;

/** Asks that question when pressed, and replaces the message with its answer. */
export function askButton(question: Question, label: string, index: number): Button[] {
  return button(`${actionIds.ask}${index}`, label, question);
}

/** Shows everybody in the channel what only the reader sees. */
export function shareButton(question: Question): Button[] {
  return button(actionIds.share, "Share to channel", question);
}

/** Slack refuses the whole message for one value that is too long: then rather none. */
function button(action_id: string, label: string, question: Question): Button[] {
  const value = JSON.stringify(question);
  return value.length > 2000 ? [] : [{ type: "button", action_id, text: plain(label, 70), value }];
}

export function section(text: string): KnownBlock {
  return { type: "section", text: mrkdwn(text) };
}

/** Small print. */
export function context(text: string): KnownBlock {
  return { type: "context", elements: [mrkdwn(text)] };
}

/** None when there is nothing to press: Slack refuses an empty row. */
export function actions(elements: ActionsBlock["elements"], blockId?: string): KnownBlock[] {
  if (elements.length === 0) return [];
  return [{ type: "actions", elements, ...(blockId === undefined ? {} : { block_id: blockId }) }];
}
