import type { Learnt } from "../../core/check/material.ts";

/** Asks something that is to be said in any case: what it came to, or that nobody could tell in time. */
export async function learn<T>(ms: number, ask: (stop: AbortSignal) => Promise<Learnt<T>>): Promise<Learnt<T>> {
  const stop = AbortSignal.timeout(ms);
  const { promise, resolve } = Promise.withResolvers<Learnt<T>>();
  const late = { kind: "no answer", because: `no answer within ${ms / 1_000} s` } as const;
  stop.addEventListener("abort", () => resolve(late), { once: true });
  try {
    return await Promise.race([ask(stop), promise]);
  } catch (err) {
    return stop.aborted ? late : { kind: "no answer", because: err instanceof Error ? err.message : String(err) };
  }
}

/** The same of something that has no word of its own for what it could not tell. */
export async function read<T>(ms: number, ask: (stop: AbortSignal) => Promise<T>): Promise<Learnt<T>> {
  return learn(ms, async (stop) => ({ kind: "known", value: await ask(stop) }));
}
