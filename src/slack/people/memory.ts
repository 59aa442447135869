import type { EpochMs } from "../../core/workload.ts";

/** Remembers what was seen: no longer than `forMs`, and no more than `most`, of which the oldest are forgotten first. */
export type Memory = { isFirst(key: string, now: EpochMs): boolean };

export function createMemory({ forMs, most }: { readonly forMs: number; readonly most: number }): Memory {
  const seen = new Map<string, EpochMs>(); // in the order of their coming

  function isFirst(key: string, now: EpochMs): boolean {
    forget(now);
    if (seen.has(key)) return false;
    seen.set(key, now);
    return true;
  }

  function forget(now: EpochMs): void {
    for (const [key, at] of seen) {
      if (now - at <= forMs && seen.size < most) return;
      seen.delete(key);
    }
  }

  return { isFirst };
}
