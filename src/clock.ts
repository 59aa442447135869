import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "./ports.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, stop) =>
    wait(ms, undefined, { signal: stop }).catch((err: unknown) => {
      if (!stop.aborted) throw err;
    }),
};
