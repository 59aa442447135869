import type { Change, EpochMs } from "./core/workload.ts";

/** All that we ask of the outside world, in our words. */

export type Clock = {
  now(): EpochMs;
  /** Ends early, without an error, when `stop` is aborted. */
  sleep(ms: number, stop: AbortSignal): Promise<void>;
};

export type Cluster = {
  readonly name: string;
  /**
   * Tells `into` what is there and everything that changes, until `stop`. Nothing the cluster does ends it: it resumes,
   * lists again and waits, for ever. Rejects only for a fault of our own.
   */
  watch(into: (change: Change) => void, stop: AbortSignal): Promise<void>;
  close(): Promise<void>;
};
