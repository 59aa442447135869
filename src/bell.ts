import type { Clock } from "./ports.ts";

/** Wakes loops of this process that have nothing to do: what was just committed need not wait for their next look. */
export type Bell = {
  ring(): void;
  /** A clock for one loop, whose sleep ends when the bell rings; at once, when it rang since the sleep before. */
  ear(clock: Clock): Clock;
};

export function createBell(): Bell {
  const ears = new Set<{ rang: boolean; wake: () => void }>();

  function ring(): void {
    for (const it of ears) {
      it.rang = true;
      it.wake();
    }
  }

  function ear(clock: Clock): Clock {
    const own = { rang: false, wake: () => {} };
    ears.add(own);
    return {
      now: clock.now,
      sleep: async (ms, stop) => {
        if (!own.rang) {
          const woken = new AbortController();
          own.wake = () => woken.abort();
          await clock.sleep(ms, AbortSignal.any([stop, woken.signal]));
        }
        own.rang = false;
      },
    };
  }

  return { ring, ear };
}
