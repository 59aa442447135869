import type { Clock } from "../../ports.ts";
import { Failure } from "../api/failure.ts";
import type { Pulse } from "./pulse.ts";

type Options<T> = {
  readonly open: (until: AbortSignal) => AsyncGenerator<T, void>;
  readonly pulse: Pulse;
  /** A stream may say nothing for so long before its server is asked whether it is still there. */
  readonly quietMs: number;
  readonly clock: Clock;
  readonly stop: AbortSignal;
};

/**
 * The same stream, ended as silent when its server does not answer any more. A frozen server keeps its connections, and so
 * nothing else would tell before the next bookmark is overdue. One whose packets are lost is found by the kernel.
 */
export async function* whileBeating<T>({ open, pulse, quietMs, clock, stop }: Options<T>): AsyncGenerator<T, void> {
  const [dead, over] = [new AbortController(), new AbortController()];
  const either = AbortSignal.any([stop, over.signal]);
  let checkedAt = clock.now();

  async function guard(): Promise<void> {
    while (!either.aborted) {
      const restMs = checkedAt + quietMs - clock.now();
      if (restMs > 0) {
        await clock.sleep(Math.min(restMs, quietMs), either); // never longer, wherever the clock was put
        continue;
      }
      checkedAt = clock.now();
      if (await pulse.isBeating(either).catch(() => true)) continue; // stopped meanwhile
      return dead.abort(new Failure({ kind: "silent", sentence: "the API server has fallen silent" }));
    }
  }

  const guarding = guard();
  const stream = open(AbortSignal.any([stop, dead.signal]));
  try {
    for await (const told of stream) {
      checkedAt = clock.now();
      pulse.beat();
      yield told;
    }
  } catch (err) {
    throw dead.signal.aborted && !stop.aborted ? dead.signal.reason : err;
  } finally {
    over.abort();
    await guarding;
  }
}
