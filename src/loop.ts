import type { Log } from "./log.ts";
import type { Clock } from "./ports.ts";

type Loop = {
  readonly name: string;
  /** Does one piece of work, if there is one. */
  readonly turn: (stop: AbortSignal) => Promise<"worked" | "idle">;
  readonly idleMs: number;
  readonly log: Log;
  readonly clock: Clock;
  readonly stop: AbortSignal;
};

/** What gathers while a store is away is many things at once when it comes back: soon after is soon enough to be few. */
const mostMs = 5_000;

/** A turn that throws is logged and slept over: what it was about comes back by itself. Ends between two turns. */
export async function keepTurning({ name, turn, idleMs, log, clock, stop }: Loop): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    try {
      const outcome = await turn(stop);
      failures = 0;
      if (outcome === "idle") await clock.sleep(idleMs, stop);
    } catch (err) {
      failures += 1;
      if (!stop.aborted) log.error({ err, loop: name }, "turn failed");
      await clock.sleep(Math.min(500 * 2 ** failures, mostMs), stop);
    }
  }
}
