import type { EpochMs } from "../../core/workload.ts";

/** Null: go on. Else the seconds to wait. */
export type Limit = (who: string, now: EpochMs) => number | null;

type Rate = { readonly perSecond: number; readonly burst: number };

/** So much for each who. Those that have been quiet are forgotten: a full bucket is what a newcomer has. */
export function createLimit({ perSecond, burst }: Rate, most = 1_000): Limit {
  const buckets = new Map<string, { left: number; at: EpochMs }>();

  return (who, now) => {
    const bucket = buckets.get(who) ?? { left: burst, at: now };
    const left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    buckets.delete(who);
    buckets.set(who, { left: left < 1 ? left : left - 1, at: now });
    const [oldest] = buckets.keys();
    if (buckets.size > most && oldest !== undefined) buckets.delete(oldest);
    return left < 1 ? Math.ceil((1 - left) / perSecond) : null;
  };
}
