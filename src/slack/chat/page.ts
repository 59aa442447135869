import { z } from "zod";

/** What of a message's metadata finds it again. Whoever may read the message sees it: a key, and nothing else. */
export function metadataFor(key: string) {
  return { event_type: eventType, event_payload: { key } };
}

const eventType = "whatsrunning";

export type Page = { readonly found: readonly string[]; readonly next: string | null };

const message = z.object({
  ts: z.string(),
  user: z.string().nullish(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
    .nullish()
    .catch(null),
});

const page = z.object({
  messages: z.array(message).default([]),
  response_metadata: z.object({ next_cursor: z.string().default("") }).nullish(),
});

/** The messages of ours that carry the key. Metadata can be had by any app: what another one wrote does not count. */
export function pageOf(answer: unknown, { key, us }: { readonly key: string; readonly us: string | null }): Page {
  const { messages, response_metadata: more } = page.parse(answer);
  const found = messages
    .filter((it) => us === null || it.user === us)
    .filter((it) => it.metadata?.event_type === eventType && it.metadata.event_payload["key"] === key)
    .map((it) => it.ts);
  const next = more?.next_cursor ?? "";
  return { found, next: next === "" ? null : next };
}
