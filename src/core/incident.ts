import type { EpochMs } from "./workload.ts";

/** A channel in which people look for what went wrong. What changed is told there, from an hour before. */
export type Incident = {
  readonly channel: string;
  /** When somebody brought us in, or first spoke to us there. */
  readonly openedAt: EpochMs;
  /** Until when what was told is kept current. */
  readonly until: EpochMs;
};

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** `createdAt`: when the channel was made; null where nobody can tell, then it counts as new. */
export function openedIn(channel: string, createdAt: EpochMs | null, now: EpochMs): Incident {
  const until = (createdAt ?? now) + dayMs;
  // one that has been there for longer is where incidents come and go: what was told there belongs to its hour
  return { channel, openedAt: now, until: until > now ? until : now };
}

/** Whether a word to us there begins another look back: not while the last one is current, nor right after it. */
export function opensAnew({ openedAt, until }: Incident, now: EpochMs): boolean {
  return now >= Math.max(until, openedAt + hourMs);
}

/** From when on changes are told. It stays: what an incident began with does not move out of sight. */
export function lookedBackTo({ openedAt }: Incident): EpochMs {
  return openedAt - hourMs;
}

export function isKeptCurrent({ until }: Incident, now: EpochMs): boolean {
  return now < until;
}

/** Names one look back for ever. */
export function incidentId({ channel, openedAt }: Incident): string {
  return `${channel}-${openedAt}`;
}
