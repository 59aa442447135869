import type { Place } from "../core/delivery/delivery.ts";
import { context, type Message } from "./message.ts";
import { link } from "./words/text.ts";

/** What becomes of a message that stands there twice. */
export function twinMessage({ channel, ts }: Place): Message {
  const first = link(`https://slack.com/archives/${channel}/p${ts.replace(".", "")}`, "the first message");
  return {
    text: "This was said twice. What is kept up to date is the first message.",
    blocks: [context(`:point_up: This was said twice. What is kept up to date is ${first}.`)],
    attachments: [],
  };
}
