import type { Change, ClusterRecord, EpochMs, Workload } from "./core/workload.ts";

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
  /**
   * Reads one workload with its revisions and pods as of now, past the watch. Empty when it is gone. Rejects, with a sentence
   * for people as the message, when nobody can tell before `stop`.
   */
  look(workload: Workload, stop: AbortSignal): Promise<readonly ClusterRecord[]>;
  close(): Promise<void>;
};

/** What we count about ourselves. */
export type Meters = {
  watchEnded(of: { readonly cluster: string; readonly resource: string; readonly reason: string }): void;
  /** A whole list was read. */
  listed(of: { readonly cluster: string; readonly resource: string }): void;
  answered(of: { readonly question: string; readonly seconds: number }): void;
};
