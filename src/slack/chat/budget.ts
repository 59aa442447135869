import type { EpochMs } from "../../core/workload.ts";
import type { Clock } from "../../ports.ts";

/** The methods that messages nobody asked for are made of. */
export type Method = "chat.postMessage" | "chat.update" | "conversations.history" | "conversations.replies";

export type Budget = {
  /** Takes one call out of the budget: null. How long to wait, in ms, where there is none left: then nothing was taken. */
  take(method: Method, channel: string): number | null;
  /** Slack has answered: it counted the call between the taking and now. */
  answered(method: Method, channel: string): void;
  /** Slack counts otherwise than we do, and is right. */
  limited(method: Method, channel: string, ms: number): void;
};

/** `burst` calls at once, then one each `everyMs`: never more than burst + a minute's worth in any minute. */
type Rate = { readonly burst: number; readonly everyMs: number };

/** Slack grants 50 a minute (its tier 3) for each of these. */
const tierThree: Rate = { burst: 10, everyMs: 1_500 };
const rates = {
  "chat.postMessage": { burst: 60, everyMs: 250 }, // "several hundred" a minute
  "chat.update": tierThree,
  "conversations.history": tierThree,
  "conversations.replies": tierThree,
} as const satisfies Record<Method, Rate>;

/** Messages of one channel: Slack allows short bursts above that, and does not say how short. */
const channelMs = 1_000;

const mostChannels = 1_000;

/** One for the whole app, in this process. Other replicas spend from the same Slack: then `limited` says so. */
export function createBudget(clock: Pick<Clock, "now">): Budget {
  const buckets = new Map<Method, { calls: number; at: EpochMs }>();
  const notBefore = new Map<string, EpochMs>();

  function take(method: Method, channel: string): number | null {
    const now = clock.now();
    const pause = Math.max(until(placeOf(method, channel)), until(method)) - now;
    if (pause > 0) return pause;
    const { burst, everyMs } = rates[method];
    const last = buckets.get(method) ?? { calls: burst, at: now };
    // a clock that was set back does not take anything away
    const calls = Math.min(burst, last.calls + Math.max(0, now - last.at) / everyMs);
    if (calls < 1) return Math.ceil((1 - calls) * everyMs);
    buckets.set(method, { calls: calls - 1, at: now });
    if (method === "chat.postMessage") wait(placeOf(method, channel), now + channelMs);
    return null;
  }

  function answered(method: Method, channel: string): void {
    if (method === "chat.postMessage") wait(placeOf(method, channel), clock.now() + channelMs);
  }

  /** A message too many is too many for its channel. An edit too many is too many for the app. */
  function limited(method: Method, channel: string, ms: number): void {
    wait(method === "chat.postMessage" ? placeOf(method, channel) : method, clock.now() + ms);
  }

  function until(what: string): EpochMs {
    const time = notBefore.get(what) ?? 0;
    // set back by more than any pause: what was noted then means nothing now
    return time - clock.now() > mostPauseMs ? 0 : time;
  }

  function wait(what: string, time: EpochMs): void {
    const [oldest] = notBefore.keys();
    if (oldest !== undefined && notBefore.size >= mostChannels) notBefore.delete(oldest);
    const later = Math.max(until(what), time);
    notBefore.delete(what); // to be the youngest again
    notBefore.set(what, later);
  }

  return { take, answered, limited };
}

const mostPauseMs = 15 * 60_000;

function placeOf(method: Method, channel: string): string {
  return `${method} ${channel}`;
}
