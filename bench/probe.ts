import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";

/** Loaded into a bot before its own code. On SIGUSR2 it tells how long the event loop was blocked since the last time. */

const resolution = 1;
const delay = monitorEventLoopDelay({ resolution });
delay.enable();

process.on("SIGUSR2", () => void tell());

async function tell(): Promise<void> {
  await wait(5 * resolution); // a block that has just ended is counted at the next tick
  process.stdout.write(`${JSON.stringify({ longestBlockMs: Math.max(0, delay.max / 1e6 - resolution) })}\n`);
  delay.reset();
}
