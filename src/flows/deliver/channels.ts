import type { EpochMs } from "../../core/workload.ts";
import type { Troubles } from "./troubles.ts";

const againAfterMs = 60_000;
/** Slack takes one message a second in a channel. */
const apartMs = 1_000;

/** Which channels take nothing from us, and which have just been posted to. */
export function createChannels(troubles: Pick<Troubles, "failed" | "worked">) {
  const closed = new Map<string, EpochMs>();
  const busyUntil = new Map<string, EpochMs>();

  return {
    /** Until when not to try. Null: it takes messages, as far as we know. */
    closedUntil(channel: string, now: EpochMs): EpochMs | null {
      const until = closed.get(channel) ?? 0;
      return until > now ? until : null;
    },
    close(channel: string, because: string, now: EpochMs): void {
      troubles.failed(channel, because);
      closed.set(channel, now + againAfterMs);
    },
    open(channel: string): void {
      closed.delete(channel);
      troubles.worked(channel);
    },
    isFree: (channel: string, now: EpochMs) => (busyUntil.get(channel) ?? 0) <= now,
    /** One message after the other, so that they stand in order. */
    async oneByOne<T>(channel: string, now: () => EpochMs, post: () => Promise<T>): Promise<T> {
      busyUntil.set(channel, Number.POSITIVE_INFINITY);
      try {
        return await post();
      } finally {
        busyUntil.set(channel, now() + apartMs);
      }
    },
  };
}

export type Channels = ReturnType<typeof createChannels>;
