import type { EpochMs } from "../workload.ts";
import { kindOf, type Restored, takenBackBy } from "./kind.ts";
import { goOn } from "./learn.ts";
import { recreatedAt, startOf } from "./moment.ts";
import type { Observation, Run } from "./observation.ts";
import { outcomeOf } from "./outcome.ts";
import { ended, type Release } from "./release.ts";

/** What the ledger writes in one commit: the release in force as it is now, and those that ended, oldest first. */
export type Step = { readonly ended: readonly Release[]; readonly current: Release };

export type Looking = {
  /** Nobody was looking from then until just now. Null: we saw everything as it happened. */
  readonly missedSince: EpochMs | null;
  /** Up to when all that was seen is written down: longer ago while the store was away. Left out: just now. */
  readonly writtenUpTo?: EpochMs;
  /** When we began to look, where nobody ever had before. */
  readonly first?: EpochMs;
  readonly now: EpochMs;
  /** What an operation of ours put there. Left out: nothing that we know of. */
  readonly restored?: Restored;
};

/** What is new between what the ledger knows of a workload and what the cluster shows. Null: nothing. */
export function stepOf(known: Release | null, seen: Observation, looking: Looking): Step | null {
  const { missedSince, now } = looking;
  if (known === null) return begin(null, seen.earlier, seen, { missedSince: missedSince ?? 0, now });
  if (known.uid !== seen.uid) {
    const end = recreatedAt(known, seen, looking);
    const closed = ended(upTo(end.at, known, looking), { ...end, because: "made anew", by: null });
    return begin(closed, seen.earlier, seen, looking);
  }
  if (isRunOf(known, seen.current)) return goOn(known, seen, looking);
  return begin(known, missed(known, seen.earlier), seen, looking);
}

/** The workload is no longer there. Null: that is known already. */
export function goneStep(known: Release, looking: Looking): Step | null {
  const { missedSince, now } = looking;
  if (known.end !== null) return null;
  const at = Math.max(now, known.start.at + 1);
  const notBefore = missedSince === null ? null : Math.max(missedSince, known.start.at);
  return { ended: [], current: ended(upTo(at, known, looking), { at, notBefore, because: "gone", by: null }) };
}

/** What had begun when we last looked may have got ready, and been replaced, before we looked again. */
function upTo(end: EpochMs, release: Release, { missedSince, writtenUpTo, now }: Looking): Release {
  const wasSeen = end - (missedSince ?? writtenUpTo ?? now) <= blinkMs;
  return wasSeen || release.outcome.state !== "pending" ? release : { ...release, outcome: { state: "unseen" } };
}

/** Nothing gets ready and is replaced in so short a time. */
const blinkMs = 1_000;

function isRunOf({ revision }: Release, run: Run): boolean {
  return run.revision.uid === revision.uid && run.revision.number === revision.number;
}

/** Those between the release that the ledger knows and the one in force. */
function missed(known: Release, earlier: readonly Run[]): readonly Run[] {
  const last = earlier.findLastIndex((it) => isRunOf(known, it));
  return last < 0 ? earlier.filter((it) => it.revision.number > known.revision.number) : earlier.slice(last + 1);
}

function begin(before: Release | null, missing: readonly Run[], seen: Observation, looking: Looking): Step {
  const { of, uid, service, current } = seen;
  const over: Release[] = [];
  let last = before;
  for (const [index, run] of missing.entries()) last = follow(last, run, [...missing.slice(index + 1), current]);
  const release = follow(last, current, []);
  const outcome = outcomeOf({ state: "pending" }, current.running, { start: release.start.at, now: looking.now });
  return { ended: over, current: { ...release, outcome } };

  /** The release that this run is, which ends the one before it. */
  function follow(previous: Release | null, run: Run, later: readonly Run[]): Release {
    const start = startOf(run, previous, later, looking);
    const kind = kindOf(run, previous?.uid === uid ? previous : null, start.at, looking.restored);
    if (previous !== null) {
      const takenBack = takenBackBy(run, previous, start.at, looking.restored);
      const end = { ...start, because: "replaced", by: kind, ...(takenBack && { takenBack }) } as const;
      over.push(ended(upTo(start.at, previous, looking), end));
    }
    const { revision, containers, configs, provenance } = run;
    const rest = { start, end: null, outcome: { state: "unseen" }, provenance } as const;
    return { of, uid, service, kind, revision, containers, configs, ...rest };
  }
}
