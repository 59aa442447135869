import type { AnyMiddlewareArgs, Middleware } from "@slack/bolt";
import type { Clock } from "../ports.ts";
import { eventIdOf } from "./payload/event.ts";
import { createMemory } from "./people/memory.ts";

/** Slack tries an event for the last time five minutes after the first; it sends an app at most 30 000 an hour. */
const hourMs = 60 * 60_000;
const most = 30_000;

/**
 * Slack delivers an event at least once, so the same one may come again: then it was answered. A question changes nothing
 * that lasts, so it is enough that this process remembers. After a restart, or where the repetition reaches another
 * replica, somebody may read an answer twice.
 */
export function eachEventOnce(clock: Clock): Middleware<AnyMiddlewareArgs> {
  const seen = createMemory({ forMs: hourMs, most });
  return async ({ body, next }) => {
    const id = eventIdOf(body);
    if (id === null || seen.isFirst(id, clock.now())) await next();
  };
}
