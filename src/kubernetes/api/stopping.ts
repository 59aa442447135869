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
