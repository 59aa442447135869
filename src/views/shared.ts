import type { Message } from "./message.ts";
import { literal, plain } from "./words/text.ts";

/** Says who put an answer in front of everybody. A name, never a mention: sharing pings nobody. */
export function sharedMessage(answer: Message, by: string): Message {
  return {
    ...answer,
    text: `${answer.text} Shared by ${literal(by, 80)}.`,
    blocks: [...answer.blocks, { type: "context", elements: [plain(`Shared by ${by}`, 100)] }],
  };
}
