import { z } from "zod";

/** What of Slack's events we read: what people say to us in words. */

const id = z.string().regex(/^[A-Z0-9]{2,30}$/);
const said = z.object({
  event: z.object({
    type: z.enum(["app_mention", "message"]),
    channel: id,
    user: id,
    text: z.string().default(""),
    thread_ts: z.string().optional(),
    channel_type: z.string().optional(),
    // Edits, files, people who come and go: whatever is more than somebody saying something.
    subtype: z.null().optional(),
    // A bot that answers bots may never stop.
    bot_id: z.null().optional(),
  }),
});

/** Something that somebody said to us, and where. */
export type Said = {
  /** What they ask, without whom they speak to. */
  readonly text: string;
  readonly channel: string;
  readonly user: string;
  readonly thread: string | null;
  /** Between this person and us alone. */
  readonly direct: boolean;
};

/** Null for what nobody waits for an answer to. */
export function saidIn(body: unknown): Said | null {
  const { data } = said.safeParse(body);
  if (!data) return null;
  const { text, channel, user, thread_ts: thread = null, channel_type: kind } = data.event;
  const words = text.replace(/<@[^<>]*>/g, " ").trim();
  return { text: words === "" ? "help" : words, channel, user, thread, direct: kind === "im" };
}

const joined = z.object({
  event: z.object({ type: z.literal("member_joined_channel"), user: id, channel: id }),
});

/** Who came into which channel. */
export function joinIn(body: unknown): { readonly user: string; readonly channel: string } | null {
  return joined.safeParse(body).data?.event ?? null;
}

/** Fits whatever comes, also what is no event: that is no mistake, and a refusal of zod's would cost more than the rest. */
const delivered = z.object({ type: z.unknown(), event_id: z.unknown() });

/** The same for every delivery of one event. Null for what is no event. */
export function eventIdOf(body: unknown): string | null {
  const { type, event_id: eventId } = delivered.safeParse(body).data ?? {};
  return type === "event_callback" && typeof eventId === "string" ? eventId : null;
}
