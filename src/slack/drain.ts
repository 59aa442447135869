import { setTimeout as wait } from "node:timers/promises";

/** Counts what is under way, so that a stop can wait for it. Bolt's own stop does not. */
export type Drain = {
  /** Runs it, and counts it for as long as it runs. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** True once nothing is under way, false when that took longer than `ms`. */
  empty(ms: number): Promise<boolean>;
};

export function createDrain(): Drain {
  let underWay = 0;
  const waiting = new Set<() => void>();

  async function during<T>(work: () => Promise<T>): Promise<T> {
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
      if (underWay === 0) waiting.forEach((it) => it());
    }
  }

  async function empty(ms: number): Promise<boolean> {
    if (underWay === 0) return true;
    const over = new AbortController();
    const emptied = Promise.withResolvers<boolean>();
    const done = () => emptied.resolve(true);
    waiting.add(done);
    const late = wait(ms, false, { signal: over.signal }).catch(() => false);
    const outcome = await Promise.race([emptied.promise, late]);
    waiting.delete(done);
    over.abort();
    return outcome;
  }

  return { during, empty };
}
