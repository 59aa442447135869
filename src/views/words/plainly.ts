import type { Message } from "../message.ts";
import { plain } from "./text.ts";

/** The same in words alone, for a message that Slack did not take as it was made. */
export function plainly({ text }: Message): Message {
  return { text, blocks: [{ type: "section", text: plain(text) }], attachments: [] };
}
