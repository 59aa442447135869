import type { EpochMs } from "../core/workload.ts";

/** Longer than a signature can be valid: five minutes before its time and five after. */
const rememberMs = 11 * 60_000;

/**
 * Remembers the signatures of requests that were accepted. Slack signs its own repetitions anew, so one that comes back
 * unchanged was recorded by somebody else. Ask only about signatures that were verified: then only who knows the secret
 * can fill the memory. Should it fill all the same, the oldest are forgotten: Slack sends an app at most 30 000 events
 * an hour, a tenth of `most` in that time.
 */
export function createReplayMemory({ most = 50_000 } = {}): { isFirst(signature: string, now: EpochMs): boolean } {
  const seen = new Map<string, EpochMs>(); // in the order of their coming

  function isFirst(signature: string, now: EpochMs): boolean {
    forget(now);
    if (seen.has(signature)) return false;
    seen.set(signature, now);
    return true;
  }

  function forget(now: EpochMs): void {
    for (const [signature, at] of seen) {
      if (now - at <= rememberMs && seen.size < most) return;
      seen.delete(signature);
    }
  }

  return { isFirst };
}
