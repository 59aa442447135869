import { createMemory, type Memory } from "../people/memory.ts";

/** Longer than a signature can be valid: five minutes before its time and five after. */
const rememberMs = 11 * 60_000;

/**
 * Remembers the signatures of requests that were accepted. Slack signs its own repetitions anew, so one that comes back
 * unchanged was recorded by somebody else. Ask only about signatures that were verified: then only who knows the secret
 * can fill the memory. Should it fill all the same, the oldest are forgotten: Slack sends an app at most 30 000 events
 * an hour, a tenth of `most` in that time.
 */
export function createReplayMemory({ most = 50_000 } = {}): Memory {
  return createMemory({ forMs: rememberMs, most });
}
