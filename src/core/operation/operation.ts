import type { About } from "../check/check.ts";
import type { Digest } from "../image/reference.ts";
import type { Subject } from "../ledger/release.ts";
import type { Trouble } from "../trouble.ts";
import type { EpochMs } from "../workload.ts";
import type { Sent } from "./live.ts";

/** One workload in one cluster being taken back to a template it had: from the confirmation to a definite end. */
export type Operation = {
  readonly intent: Intent;
  readonly progress: Progress;
  readonly wishes: Wishes;
  /** When somebody has to look at it next. Null once it has ended. */
  readonly dueAt: EpochMs | null;
};

/** What a person confirmed. Never changes. */
export type Intent = {
  /** The plan's id, so that one plan becomes one operation however often it is confirmed. Also the fence in the cluster. */
  readonly id: string;
  readonly kind: "rollback" | "undo";
  /** For an undo: the operation that is taken back. */
  readonly undoes: string | null;
  readonly plan: Plan;
  readonly operator: Person;
  readonly reason: string;
  readonly at: EpochMs;
  readonly asked: Asking;
};

/** What people call what it is about, and where they asked for it. */
export type Asking = {
  readonly environment: string;
  readonly service: string;
  /** The cluster's name in the configuration. */
  readonly cluster: string;
  /** Null: nobody can be told there. */
  readonly where: { readonly channel: string; readonly thread: string | null } | null;
  /** Checks that stood in the way, or could not tell, and were accepted by name. */
  readonly despite: readonly About[];
};

export type Person = { readonly id: string; readonly name: string };

/** What the person saw when confirming. If any of `bound`, `from` or `to` has moved, nothing is done. */
export type Plan = {
  readonly of: Subject;
  /** As it was read for the plan. */
  readonly bound: Bound;
  readonly from: Side;
  readonly to: Side;
  readonly expiresAt: EpochMs;
  /** Ready this long without a break is restored. */
  readonly soakMs: number;
  /** So long after the change, a workload that is not ready has failed. */
  readonly giveUpAfterMs: number;
};

export type Bound = { readonly uid: string; readonly template: string; readonly fence: string | null };

/** A template of the workload, and the images it stands for. */
export type Side = {
  readonly revision: { readonly uid: string; readonly name: string; readonly number: number };
  /** The hash of the template with `pins` applied. */
  readonly template: string;
  /** What that template becomes when the server has had its say, as a dry run showed. Null when none was made. */
  readonly admitted: string | null;
  /** References by digest that stand in for what the revision's template says. */
  readonly pins: readonly { readonly container: string; readonly image: string }[];
  /** Every container that has to run for the workload to be ready, and all digests known to be its image. Empty: none is known. */
  readonly images: readonly { readonly container: string; readonly digests: readonly Digest[] }[];
};

/** What people asked for since. Each is an intent of its own, carried out by whoever takes the operation next. */
type Wishes = {
  readonly abort: Asked | null;
  /** A pod of the revision before that holds up a StatefulSet. */
  readonly deletion: Deletion | null;
};

type Asked = { readonly by: Person; readonly at: EpochMs };

export type PodRef = { readonly name: string; readonly uid: string };

/** Deleting by uid is safe to repeat: another pod of that name is never touched. */
type Deletion = Asked & {
  readonly pod: PodRef;
  readonly state: "asked" | "sending" | "done" | "refused" | "not needed";
};

export type Progress =
  /** For a second person. */
  | { readonly state: "waiting for approval"; readonly until: EpochMs }
  /** Nothing has left yet. */
  | { readonly state: "requested"; readonly attempts: number }
  /** A patch may be under way, and may have landed. */
  | { readonly state: "sending"; readonly attempts: number; readonly sent: Sent }
  /** The workload has the template; its pods have yet to prove it. */
  | Applied
  | Ended;

export type Applied = {
  readonly state: "applied";
  readonly at: EpochMs;
  /** The hash of the template as the server made it of ours. */
  readonly template: string;
  /** How many are ready on the target's images, of how many that are wanted. Null: nobody has looked yet. */
  readonly pods: { readonly ready: number; readonly wanted: number } | null;
  readonly soak: Soak | null;
  readonly trouble: Lasting | null;
  /** The pod that holds up a StatefulSet: deleting it would help. */
  readonly obstacle: (PodRef & { readonly reason: string }) | null;
};

/** All pods were ready on the target's digests, from `since` until they were last looked at. */
export type Soak = {
  readonly since: EpochMs;
  readonly lastAt: EpochMs;
  readonly restarts: number;
  /** The workload's. */
  readonly generation: number;
};

export type Lasting = { readonly since: EpochMs; readonly what: Cause };

/** Why a workload does not get ready. Null where nothing tells. */
export type Cause = Pick<Trouble, "container" | "reason" | "message" | "exitCode"> & { readonly pod: string | null };

export type Ended =
  /** Proven: pods ready on the target's digests for as long as was asked. */
  | { readonly state: "restored"; readonly at: EpochMs; readonly readyAt: EpochMs }
  /** Changed as was asked, and nothing can prove what runs. */
  | {
      readonly state: "unproven";
      readonly at: EpochMs;
      readonly because: "no digest known" | "no pods" | "out of sight";
    }
  /** Changed as was asked, and it did not help. */
  | { readonly state: "failed"; readonly at: EpochMs; readonly because: FailedBecause }
  /** Not changed, for a reason that was found before anything left, or that the server gave. */
  | { readonly state: "refused"; readonly at: EpochMs; readonly because: RefusedBecause }
  /** Not changed: it was too late. */
  | { readonly state: "expired"; readonly at: EpochMs }
  /**
   * Not in force, and it cannot come into force any more. "unclear": no answer came, and the way was shut before it could
   * land. "moved on": no answer came, and somebody else changed the workload; were it done, it has been changed again.
   */
  | { readonly state: "voided"; readonly at: EpochMs; readonly because: "aborted" | "unclear" | "moved on" };

export type FailedBecause =
  /** Somebody changed the template again. `reverted`: to what was there before. */
  | { readonly kind: "superseded"; readonly by: string | null; readonly reverted: boolean }
  | { readonly kind: "not ready"; readonly cause: Cause | null }
  /** The workload was deleted, or made anew. */
  | { readonly kind: "gone" }
  /** Another operation takes it back. */
  | { readonly kind: "undone"; readonly by: Person; readonly operation: string };

export type Moved = "made anew" | "template" | "operation" | "paused" | "being deleted";

export type RefusedBecause =
  | { readonly kind: "not allowed" }
  | { readonly kind: "gone" }
  | { readonly kind: "moved"; readonly what: readonly [Moved, ...Moved[]] }
  /** The revision is no longer there, or no longer what it was. */
  | { readonly kind: "target gone" }
  /** It has that template already. */
  | { readonly kind: "already there" }
  | { readonly kind: "keeps moving" }
  /** `message`: what the API server or a policy in it said. */
  | { readonly kind: "server"; readonly reason: "forbidden" | "invalid"; readonly message: string };

export function hasEnded(progress: Progress): progress is Ended {
  switch (progress.state) {
    case "waiting for approval":
    case "requested":
    case "sending":
    case "applied":
      return false;
    case "restored":
    case "unproven":
    case "failed":
    case "refused":
    case "expired":
    case "voided":
      return true;
  }
}

/** What a confirmation makes. */
export function opened(intent: Intent): Operation {
  const progress = { state: "requested", attempts: 0 } as const;
  return { intent, progress, wishes: { abort: null, deletion: null }, dueAt: intent.at };
}
