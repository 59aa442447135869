import type { webApi } from "@slack/bolt";
import type { EpochMs } from "../core/workload.ts";
import type { Clock } from "../ports.ts";
import type { Chat, MessageRef, Told } from "../ports/chat.ts";
import type { Message } from "../views/message.ts";
import type { Budget, Method } from "./chat/budget.ts";
import { outcomeOf } from "./chat/outcome.ts";
import { metadataFor, pageOf } from "./chat/page.ts";
import type { Log } from "./log.ts";

type Deps = {
  /** One that repeats nothing by itself: a message whose answer was lost may have been posted. */
  readonly client: webApi.WebClient;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly log: Log;
  /** Our own id as a user. Null while it is not known. */
  readonly us: () => string | null;
};

/** Of a message that Slack refused as it was, the words are sent after a pause, if it is short. */
const patienceMs = 5_000;
const pageSize = 200;
const mostPages = 20;
/** Slack's clock is not ours. */
const skewMs = 60_000;
const mostText = 3_900; // an edit takes 4000

export function createChat({ client, budget, clock, log, us }: Deps): Chat {
  const post: Chat["post"] = async ({ channel, thread, broadcast, message, key }, stop) => {
    const answers = thread === null ? {} : { thread_ts: thread, reply_broadcast: broadcast };
    // Links of ours lead to registries and commits: nobody needs their previews.
    const how = { channel, ...answers, unfurl_links: false, unfurl_media: false, metadata: metadataFor(key) };
    const send = async (content: Message) => (await client.chat.postMessage({ ...how, ...content })).ts;
    const told = await inWords({ method: "chat.postMessage", channel, message, send, stop });
    if (told.kind !== "done") return told;
    const { value: ts } = told;
    return ts === undefined
      ? { kind: "unknown", because: "Slack did not say where the message stands" }
      : { kind: "done", value: { channel, ts } };
  };

  /** Its metadata stays as it was. Of words that are heard, an edit takes fewer than a post. */
  const edit: Chat["edit"] = async ({ channel, ts }, message, stop) => {
    const send = async (content: Message) =>
      void (await client.chat.update({ channel, ts, ...content, text: shortened(content.text) }));
    const told = await inWords({ method: "chat.update", channel, message, send, stop });
    return told.kind === "done" ? { kind: "done", value: null } : told;
  };

  const find: Chat["find"] = async ({ channel, thread, key, since }, stop) => {
    const range = {
      channel,
      include_all_metadata: true,
      limit: pageSize,
      inclusive: true,
      oldest: tsOf(since - skewMs),
    };
    const found = new Set<string>();
    let cursor: string | null = null;
    for (let pages = 0; pages < mostPages; pages += 1) {
      const args: typeof range & { cursor?: string } = { ...range, ...(cursor === null ? {} : { cursor }) };
      const told: Told<unknown> = await within(methodFor(thread), channel, stop, () =>
        thread === null ? client.conversations.history(args) : client.conversations.replies({ ...args, ts: thread }),
      );
      if (told.kind !== "done") return told;
      const page = pageOf(told.value, { key, us: us() });
      for (const ts of page.found) found.add(ts);
      if (page.next === null) return { kind: "done", value: inOrder(channel, found) };
      cursor = page.next;
    }
    return { kind: "unknown", because: "too much was said since then to look through it" };
  };

  type Sending<T> = {
    readonly method: Method;
    readonly channel: string;
    readonly message: Message;
    readonly send: (content: Message) => Promise<T>;
    readonly stop: AbortSignal;
  };

  /** A message that Slack does not take as it was built is said in words alone. */
  async function inWords<T>({ method, channel, message, send, stop }: Sending<T>): Promise<Told<T>> {
    const told = await within(method, channel, stop, () => send(message));
    if (told.kind !== "refused" || told.what !== "content" || message.text === "") return told;
    log.warn({ channel, because: told.because }, "a message was refused, and is sent as text alone");
    return patiently(stop, () =>
      within(method, channel, stop, () => send({ text: shortened(message.text), blocks: [], attachments: [] })),
    );
  }

  /** What was refused has counted as a call, so the next one may be one too many. */
  async function patiently<T>(stop: AbortSignal, call: () => Promise<Told<T>>): Promise<Told<T>> {
    const told = await call();
    if (told.kind !== "limited" || told.retryAfterMs > patienceMs) return told;
    await clock.sleep(told.retryAfterMs, stop);
    return call();
  }

  /** One call within the budget. Once sent it is waited for, also while we are stopping: it has a deadline. */
  async function within<T>(
    method: Method,
    channel: string,
    stop: AbortSignal,
    call: () => Promise<T>,
  ): Promise<Told<T>> {
    stop.throwIfAborted();
    const pause = budget.take(method, channel);
    if (pause !== null) return { kind: "limited", retryAfterMs: pause };
    try {
      return { kind: "done", value: await call() };
    } catch (err) {
      const outcome = outcomeOf(err);
      if (outcome.kind === "limited") budget.limited(method, channel, outcome.retryAfterMs);
      log.debug({ err, method, channel, outcome: outcome.kind }, "Slack did not do what it was asked");
      return outcome;
    } finally {
      budget.answered(method, channel);
    }
  }

  return { post, edit, find };
}

function methodFor(thread: string | null): Method {
  return thread === null ? "conversations.history" : "conversations.replies";
}

/** Slack's name for a moment: seconds, with six digits after the point. */
function tsOf(time: EpochMs): string {
  return (Math.max(0, time) / 1_000).toFixed(6);
}

/** Equally long names of digits and one point: their order as text is their order in time. */
function inOrder(channel: string, found: ReadonlySet<string>): readonly MessageRef[] {
  return [...found].toSorted().map((ts) => ({ channel, ts }));
}

/** Ends at a space, so that nothing that stands for a sign or a mention is cut in two. */
function shortened(text: string): string {
  if (text.length <= mostText) return text;
  const cut = text.slice(0, mostText);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), 0)) || "Too long to be shown"} …`;
}
