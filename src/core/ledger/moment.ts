import type { EpochMs } from "../workload.ts";
import type { Observation, Run } from "./observation.ts";
import type { Moment, Release } from "./release.ts";
import type { Looking } from "./step.ts";

/** API servers note times in whole seconds. */
const granularityMs = 1_000;

/** What happens before our eyes is held against the ledger a moment later, or a few moments on a bad day. */
const lateMs = 30_000;

/**
 * When a run began: after the start of the one before in any case, since the start names a release. `later`: the runs that
 * came after it.
 */
export function startOf(
  { startedAt, writtenAt, revision }: Run,
  before: Release | null,
  later: readonly Run[],
  looking: Looking,
): Moment {
  const { missedSince, now } = looking;
  const floor = before === null ? 1 : Math.max(before.start.at + 1, before.end?.at ?? 0);
  // one that is older than the run before came back to a revision that does not say so
  if (startedAt !== null && startedAt > floor - granularityMs)
    return { at: Math.max(startedAt, floor), notBefore: null };

  const sinceLook = missedSince ?? now - lateMs;
  const wasWritten = writtenAt !== null && writtenAt >= Math.max(floor, sinceLook) && writtenAt <= now;
  const by = wasWritten ? writtenAt : latestStart(later, now);
  const wasSeen = missedSince === null && before !== null && later.length === 0;
  const after = Math.max(afterOf(before, missedSince ?? 0), revision.createdAt);
  return { at: Math.max(by, floor), notBefore: wasSeen ? null : after };
}

/** By then it had begun, and so had others after it: each has a start of its own. */
function latestStart(later: readonly Run[], now: EpochMs): EpochMs {
  const next = later.findIndex((it) => it.startedAt !== null);
  return next < 0 ? now - later.length : (later[next]?.startedAt ?? now) - next - 1;
}

/** When the workload that was there before went: some time before this one was made. */
export function recreatedAt(known: Release, { createdAt }: Observation, { missedSince }: Looking): Moment {
  const at = Math.max(createdAt, known.start.at + 1);
  return { at, notBefore: missedSince === null ? null : Math.min(at, afterOf(known, missedSince)) };
}

function afterOf(before: Release | null, missedSince: EpochMs): EpochMs {
  return Math.max(before?.start.at ?? 0, missedSince);
}
