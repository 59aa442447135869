import type { Method } from "./methods/method.ts";

const minuteMs = 60_000;
/** One message a second and channel. */
const channelMs = 1_000;

export type RateLimit = {
  /** Counts the call. Seconds to wait, null when it may go on. */
  over(name: string, method: Method, channel: string | undefined): number | null;
};

export function createRateLimit(now: () => number): RateLimit {
  const calls = new Map<string, readonly number[]>();

  function over(key: string, limit: number, windowMs: number): number | null {
    const recent = (calls.get(key) ?? []).filter((at) => at > now() - windowMs);
    const [oldest] = recent;
    if (recent.length >= limit && oldest !== undefined)
      return Math.max(1, Math.ceil((oldest + windowMs - now()) / 1_000));
    calls.set(key, [...recent, now()]);
    return null;
  }

  return {
    over: (name, { perMinute }, channel) => {
      const inChannel =
        name === "chat.postMessage" && channel !== undefined ? over(`${name} ${channel}`, 1, channelMs) : null;
      return inChannel ?? over(name, perMinute, minuteMs);
    },
  };
}
