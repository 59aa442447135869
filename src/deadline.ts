/** The time that something has, no longer than `stop` allows. Over with the block that set it. */
export type Deadline = Disposable & { readonly signal: AbortSignal };

/**
 * `using deadline = deadlineIn(500, stop)`. AbortSignal.timeout would keep all that listens to it until its time has come,
 * seconds after the work was done, and AbortSignal.any would keep that for as long.
 */
export function deadlineIn(ms: number, ...stops: readonly AbortSignal[]): Deadline {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new DOMException("there was no answer in time", "TimeoutError")), ms);
  const giveUp = ({ target }: Event): void => over.abort(target instanceof AbortSignal ? target.reason : undefined);
  for (const it of stops) {
    if (it.aborted) over.abort(it.reason);
    else it.addEventListener("abort", giveUp, { once: true });
  }
  return {
    signal: over.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const it of stops) it.removeEventListener("abort", giveUp);
    },
  };
}

/** The work itself is left alone: a program that brings credentials takes its time, and others may be waiting for it too. */
export async function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(stop.reason);
  if (stop.aborted) giveUp();
  stop.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([stopped, work]);
  } finally {
    stop.removeEventListener("abort", giveUp);
  }
}

/** Null when it takes longer. */
export async function unlessLate<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, ms, null);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
