import { webApi } from "@slack/bolt";
import type { Audience } from "../flows/ask.ts";
import type { Clock } from "../ports.ts";
import type { Message } from "../views/message.ts";
import { refusalMessage } from "../views/refusal.ts";
import type { Log } from "./log.ts";

/** Where an answer goes that has no response_url: to what somebody said. */
type Recipient = {
  readonly channel: string;
  readonly thread: string | null;
  readonly user: string;
  readonly seenBy: Audience;
};

/** Never throws: what could not be said is in the log, with a reference. */
export type Reply = (to: Recipient, message: Message) => Promise<void>;

type Deps = {
  /** One that repeats nothing by itself: a message whose answer was lost may have been posted. */
  readonly client: webApi.WebClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly newReference: () => string;
};

const patienceMs = 5_000; // who asked is still looking

export function createReply({ client, clock, log, newReference }: Deps): Reply {
  async function reply(to: Recipient, message: Message): Promise<void> {
    try {
      await patiently(() => post(to, message)).catch((err: unknown) => otherwise(to, message, err));
    } catch (err) {
      log.error({ err, reference: newReference(), channel: to.channel }, "could not post an answer");
    }
  }

  /** A call that was one too many did nothing: it is made again, while somebody waits. */
  async function patiently(call: () => Promise<unknown>, until = clock.now() + patienceMs): Promise<void> {
    try {
      await call();
    } catch (err) {
      const pauseMs = err instanceof webApi.WebAPIRateLimitedError ? Math.max(1, err.retryAfter) * 1_000 : Infinity;
      if (clock.now() + pauseMs > until) throw err;
      await clock.sleep(pauseMs, untilDone);
      await patiently(call, until);
    }
  }

  async function post({ channel, thread, user, seenBy }: Recipient, message: Message): Promise<unknown> {
    const content = { channel, ...message, ...(thread === null ? {} : { thread_ts: thread }) };
    if (seenBy === "reader") return client.chat.postEphemeral({ ...content, user });
    // Links of ours lead to registries and commits: nobody needs their previews.
    return client.chat.postMessage({ ...content, unfurl_links: false, unfurl_media: false });
  }

  /** What Slack refused for certain is said in another way. Of anything else nobody knows whether it was posted. */
  async function otherwise(to: Recipient, message: Message, err: unknown): Promise<void> {
    const refusal = err instanceof webApi.WebAPIPlatformError ? err.data.error : "";
    if (tooMuch.has(refusal)) {
      log.warn({ err }, "an answer was refused, and is given as text alone");
      return patiently(() => post(to, { text: message.text, blocks: [], attachments: [] }));
    }
    if (!outside.has(refusal) || to.channel.startsWith("D")) throw err;
    log.info({ channel: to.channel, refusal }, "asked in a channel that we are not in");
    const sentence = refusalMessage({ kind: "not in channel", channel: to.channel });
    return patiently(() => post({ channel: to.user, thread: null, user: to.user, seenBy: "channel" }, sentence));
  }

  return reply;
}

const outside: ReadonlySet<string> = new Set(["not_in_channel", "channel_not_found"]);
const tooMuch: ReadonlySet<string> = new Set(["msg_blocks_too_long", "msg_too_long", "invalid_blocks"]);

/** A stop waits for the answers that are under way, so it does not cut their pauses short. */
const untilDone = new AbortController().signal;
