import { webApi } from "@slack/bolt";
import type { Told } from "../../ports/chat.ts";

type NotDone = Exclude<Told<never>, { readonly kind: "done" }>;
type What = Extract<NotDone, { readonly kind: "refused" }>["what"];

/** What a call that was not answered with "ok" came to. */
export function outcomeOf(err: unknown): NotDone {
  if (err instanceof webApi.WebAPIRateLimitedError) return limitedFor(err.retryAfter);
  if (err instanceof webApi.WebAPIPlatformError) return refusalOf(err.data.error, neededBy(err));
  if (err instanceof webApi.WebAPIHTTPError) {
    return { kind: "unknown", because: `Slack answered with HTTP status ${err.statusCode}` };
  }
  return { kind: "unknown", because: "Slack gave no answer" };
}

function refusalOf(code: string, needed: string | null): NotDone {
  if (limits.has(code)) return limitedFor(1);
  // Said in the middle of something: nobody knows how far it came.
  if (faults.has(code)) return { kind: "unknown", because: `Slack had trouble of its own (${code})` };
  if (code === "missing_scope") {
    const which = needed === null ? "a scope" : `the scope ${needed}`;
    return { kind: "refused", what: "not granted", because: `the Slack app was not granted ${which}` };
  }
  const [what, because] = known.get(code) ?? ["other", "Slack refused the call"];
  return { kind: "refused", what, because: `${because} (${code})` };
}

function limitedFor(seconds: number): NotDone {
  return { kind: "limited", retryAfterMs: Math.max(1, seconds) * 1_000 };
}

function neededBy({ data }: webApi.WebAPIPlatformError): string | null {
  return "needed" in data && typeof data.needed === "string" ? data.needed : null;
}

const limits: ReadonlySet<string> = new Set(["ratelimited", "rate_limited"]);

const faults: ReadonlySet<string> = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "accesslimited",
]);

const known: ReadonlyMap<string, readonly [What, string]> = new Map([
  ["channel_not_found", ["channel", "there is no such channel, or it is private and the bot is not in it"]],
  ["not_in_channel", ["channel", "the bot is not in the channel: invite it there"]],
  ["is_archived", ["channel", "the channel is archived"]],
  ["restricted_action", ["channel", "the bot may not post in the channel"]],
  ["restricted_action_read_only_channel", ["channel", "the channel is read-only"]],
  ["restricted_action_thread_only_channel", ["channel", "the channel takes replies only"]],
  ["restricted_action_non_threadable_channel", ["channel", "the channel takes no replies"]],
  ["user_disabled", ["channel", "the person is deactivated"]],
  ["cannot_dm_bot", ["channel", "a bot cannot be written to"]],
  ["messages_tab_disabled", ["channel", "the app takes no direct messages"]],
  ["message_not_found", ["message gone", "the message is gone"]],
  ["thread_not_found", ["message gone", "the message that this answers is gone"]],
  ["cannot_reply_to_message", ["message gone", "the message takes no answers"]],
  ["cant_update_message", ["message gone", "the message is not one of ours"]],
  ["edit_window_closed", ["message gone", "the message is too old to be edited"]],
  ["invalid_blocks", ["content", "Slack refused how the message is built"]],
  ["invalid_blocks_format", ["content", "Slack refused how the message is built"]],
  ["invalid_attachments", ["content", "Slack refused how the message is built"]],
  ["only_one_table_allowed", ["content", "Slack refused how the message is built"]],
  ["block_mismatch", ["content", "Slack refused how the message is built"]],
  ["msg_too_long", ["content", "the message is too long"]],
  ["msg_blocks_too_long", ["content", "the message is too long"]],
  ["too_many_attachments", ["content", "the message is too long"]],
  ["no_text", ["content", "the message is empty"]],
  ["metadata_too_large", ["content", "the message's key is too long"]],
  ["metadata_must_be_sent_from_app", ["other", "the token is not an app's"]],
] as const satisfies readonly (readonly [string, readonly [What, string]])[]);
