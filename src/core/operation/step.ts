import type { Aliases } from "../image/identity.ts";
import type { ClusterRecord, EpochMs } from "../workload.ts";
import type { Live, RawRevision, RawTemplate } from "./live.ts";
import { type Ended, hasEnded, type Operation, type PodRef } from "./operation.ts";

/** What has to be known for the next step. "unread": nobody could tell. */
export type Facts = {
  readonly now: EpochMs;
  readonly live: Live | "gone" | "unread";
  /** The revision to go back to, as the cluster has it now, with the plan's pins applied. Null: not there any more. */
  readonly target: RawRevision | null;
  /** Whether the person may still do this, asked anew. */
  readonly allowed: boolean;
  /** The workload with its revisions and pods, read directly; only looked at once the change is applied. */
  readonly look: readonly ClusterRecord[] | "unread";
  readonly aliases: Aliases;
};

/**
 * A change of the one object. It goes through only if all of `seen` still holds. Fences are written by nobody else, so what
 * carries ours was changed by us.
 */
export type Patch = {
  readonly operation: string;
  readonly seen: Live;
  readonly fence: string;
  /** Null: the fence alone, so that what was sent before can never land. */
  readonly change: {
    readonly template: RawTemplate;
    readonly cause: string;
    /** Annotations to set, or (null) to take away. */
    readonly notes: Readonly<Record<string, string | null>>;
  } | null;
};

/** `first` is written down before the effect, and stands if no answer ever comes. The answer goes to `answered`. */
export type Step =
  | { readonly kind: "record"; readonly next: Operation }
  | { readonly kind: "patch"; readonly patch: Patch; readonly first: Operation }
  | { readonly kind: "delete pod"; readonly pod: PodRef; readonly first: Operation };

/** What came of an effect. Only certain answers: when none comes, `first` stands, and the cluster is asked. */
export type Answer =
  | { readonly kind: "applied"; readonly live: Live }
  /** A test did not hold, or the object is gone: not done. */
  | { readonly kind: "moved" }
  /** Not done, and worth trying again. */
  | { readonly kind: "busy" }
  | { readonly kind: "forbidden" | "invalid"; readonly message: string };

/** Longer than all deadlines within a turn together. */
export const leaseMs = 12_000;

export function again(operation: Operation, dueAt: EpochMs): Step {
  return { kind: "record", next: { ...operation, dueAt } };
}

export function end(operation: Operation, progress: Ended): Step {
  return { kind: "record", next: ended(operation, progress) };
}

/** One that has ended stays as it ended. */
export function ended(operation: Operation, progress: Ended): Operation {
  return { ...operation, progress: hasEnded(operation.progress) ? operation.progress : progress, dueAt: null };
}
