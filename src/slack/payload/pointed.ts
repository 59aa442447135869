import { z } from "zod";

/** The message that somebody used a shortcut on. */
export type Pointed = { readonly text: string; readonly thread: string | null };

const pointed = z.object({
  message: z.looseObject({ thread_ts: z.string().optional() }),
});

/** All that can be read in it: alerts often say nothing in their text, and everything in blocks and attachments. */
export function pointedAt(body: unknown): Pointed | null {
  const { data } = pointed.safeParse(body);
  return data ? { text: textsIn(data.message).join("\n"), thread: data.message.thread_ts ?? null } : null;
}

const readable: ReadonlySet<string> = new Set([
  "text",
  "fallback",
  "pretext",
  "title",
  "title_link",
  "value",
  "footer",
  "author_name",
  "url",
]);
const deepest = 12; // a list in rich text, in a block of an attachment, is at nine

function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== "object" || value === null || depth > deepest) return [];
  if (Array.isArray(value)) return value.flatMap((it) => textsIn(it, depth + 1));
  if ("type" in value && value.type === "actions") return []; // what could be pressed is not what was said
  return Object.entries(value).flatMap(([key, it]) => {
    if (typeof it !== "string") return textsIn(it, depth + 1);
    return readable.has(key) ? [it] : [];
  });
}
