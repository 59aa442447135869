import type { EpochMs } from "../../core/workload.ts";

/** A channel that takes nothing from us: it is gone, or we are not in it, or we may not write there. */
export type ClosedChannel = { readonly channel: string; readonly because: string };

const againAfterMs = 60_000;

/** Which channels are closed to us, and which one is just being posted to. */
export function createChannels(tell: { closed(of: ClosedChannel): void; open(channel: string): void }) {
  const closed = new Map<string, { readonly until: EpochMs; readonly because: string }>();
  const busy = new Set<string>();

  return {
    /** Until when not to try. Null: it takes messages, as far as we know. */
    closedUntil(channel: string, now: EpochMs): EpochMs | null {
      const until = closed.get(channel)?.until ?? 0;
      return until > now ? until : null;
    },
    /** Told once, for as long as the reason is the same. */
    close(channel: string, because: string, now: EpochMs): void {
      if (closed.get(channel)?.because !== because) tell.closed({ channel, because });
      closed.set(channel, { until: now + againAfterMs, because });
    },
    open(channel: string): void {
      if (closed.delete(channel)) tell.open(channel);
    },
    /** One message after the other, so that they stand in order. */
    async oneByOne<T>(channel: string, post: () => Promise<T>): Promise<T> {
      busy.add(channel);
      try {
        return await post();
      } finally {
        busy.delete(channel);
      }
    },
    isBusy: (channel: string) => busy.has(channel),
    allClosed: (): readonly ClosedChannel[] => Array.from(closed, ([channel, { because }]) => ({ channel, because })),
  };
}

export type Channels = ReturnType<typeof createChannels>;
