import type { Release } from "../ledger/release.ts";
import type { EpochMs } from "../workload.ts";
import type { Announced } from "./announcement.ts";
import { whyOf } from "./news.ts";

/** What there is to say of one workload's release. */
export type Part = {
  readonly announced: Announced;
  readonly release: Release;
  /** Null: it is the first that we know of. */
  readonly before: Release | null;
  /** The last one that is still this deploy: restarts and changed ConfigMaps go on with it. */
  readonly last: Release;
  /** What came after it. Null: it is in force, or the workload is gone. */
  readonly next: Release | null;
  /** Pods of this release. Null: nobody sees them now. */
  readonly pods: Pods | null;
  /** The release in force now, whichever it is, is healthy since. */
  readonly wellSince: EpochMs | null;
};

export type Pods = { readonly wanted: number; readonly there: number; readonly ready: number };

export type State =
  | "started"
  | "progressing"
  | "done"
  | "failed"
  | "rolled back"
  | "superseded"
  | "gone"
  /** It has no pods to see, or it ended while nobody looked. */
  | "not seen";

/** Of what went well for this long, a later failure is another story. */
const settledMs = 600_000;

export function stateOf({ last, pods }: Part): State {
  const { outcome, end } = last;
  if (end !== null && end.because === "replaced" && end.by === "rollback") return "rolled back";
  switch (outcome.state) {
    case "healthy":
      return "done";
    case "failed":
      return outcome.earlierMs >= settledMs ? "done" : "failed";
    case "pending":
      if (end !== null) return end.because === "replaced" ? "superseded" : "gone";
      return pods !== null && pods.there > 0 ? "progressing" : "started";
    case "unseen":
      if (end === null) return "not seen";
      return end.because === "replaced" ? "superseded" : "gone";
  }
}

/** What matters most comes first. */
export const worstFirst = [
  "failed",
  "progressing",
  "started",
  "rolled back",
  "superseded",
  "gone",
  "not seen",
  "done",
] as const;

/** Of several workloads, what matters most. One that has not begun while others have is on its way with them. */
export function stateOfAll(parts: readonly Part[]): State {
  const states = parts.map(stateOf);
  const worst = worstFirst.find((it) => states.includes(it)) ?? "not seen";
  return worst === "started" && states.some((it) => it !== "started") ? "progressing" : worst;
}

/** Nothing more comes of it by itself. */
export function isFinal(state: State): boolean {
  return state !== "started" && state !== "progressing" && state !== "failed";
}

/** When all of it was healthy. Null while it is not. */
export function doneAt(parts: readonly Part[]): EpochMs | null {
  const times = parts.map(({ last: { outcome } }) => (outcome.state === "healthy" ? outcome.since : null));
  return times.includes(null) ? null : Math.max(...times.flatMap((it) => it ?? []));
}

/** After a failure: since when the service is well again, be it with another release. Null while it is not. */
export function wellAgainSince(parts: readonly Part[]): EpochMs | null {
  const times = parts.map((it) => it.wellSince);
  return times.includes(null) ? null : Math.max(...times.flatMap((it) => it ?? []));
}

/** Finds the release among those of its workload (newest first), what came before, and what goes on with it. */
export function placed(
  releases: readonly Release[],
  start: EpochMs,
): Pick<Part, "release" | "before" | "last" | "next" | "wellSince"> | null {
  const at = releases.findIndex((it) => it.start.at === start);
  const release = releases[at];
  if (!release) return null;
  let last = at;
  for (let next = releases[last - 1]; next && goesOn(next, releases[last] ?? null); next = releases[last - 1])
    last -= 1;
  const [newest] = releases;
  const isWell = newest?.end === null && newest.outcome.state === "healthy";
  return {
    release,
    before: releases[at + 1] ?? null,
    last: releases[last] ?? release,
    next: releases[last - 1] ?? null,
    wellSince: isWell && newest.outcome.state === "healthy" ? newest.outcome.since : null,
  };
}

function goesOn(release: Release, before: Release | null): boolean {
  return before?.uid === release.uid && whyOf(release, before) !== "change";
}
