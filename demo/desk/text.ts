import { z } from "zod";
import { type Inline, parseMrkdwn } from "./mrkdwn.ts";

export type Text = readonly Inline[];

/** Words that are shown as they are. */
export const plain = z.object({ type: z.literal("plain_text"), text: z.string() }).transform((it) => it.text);

export const text = z.union([
  plain.transform((it): Text => [{ kind: "text", text: it }]),
  z.object({ type: z.literal("mrkdwn"), text: z.string() }).transform((it) => parseMrkdwn(it.text)),
]);
