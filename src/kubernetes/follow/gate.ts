export type Gate = {
  /** Answers how to leave, which may be called more than once. Rejects as `through` does. */
  enter(stop: AbortSignal): Promise<() => void>;
  /** Rejects with the reason of `stop` when it is aborted before its turn has come. */
  through<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T>;
};

/** Lets so many through at a time, in order. */
export function createGate(places: number): Gate {
  const waiting: (() => void)[] = [];
  let free = places;

  async function through<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T> {
    await turn(stop);
    try {
      return await work();
    } finally {
      pass();
    }
  }

  async function enter(stop: AbortSignal): Promise<() => void> {
    await turn(stop);
    let inside = true;
    return () => {
      if (inside) pass();
      inside = false;
    };
  }

  async function turn(stop: AbortSignal): Promise<void> {
    stop.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      const at = waiting.indexOf(resolve);
      if (at === -1) return; // its turn came in the same moment: the work will notice the stop
      waiting.splice(at, 1);
      reject(stop.reason);
    };
    waiting.push(resolve);
    stop.addEventListener("abort", giveUp, { once: true });
    await promise;
    stop.removeEventListener("abort", giveUp);
  }

  /** The place goes to who waits longest: a newcomer cannot slip in between. */
  function pass(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  return { enter, through };
}
