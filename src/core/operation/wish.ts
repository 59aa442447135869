import type { EpochMs } from "../workload.ts";
import {
  type Bound,
  hasEnded,
  type Intent,
  type Operation,
  opened,
  type Person,
  type PodRef,
  type Progress,
} from "./operation.ts";
import { ended } from "./step.ts";

/** What people ask of an operation that exists. Each answer is to be committed, expecting the operation as it was read. */

export type Wished<T> =
  | { readonly kind: "accepted"; readonly value: T }
  | {
      readonly kind: "refused";
      readonly because: "over" | "too late" | "not applied" | "superseded" | "no such pod" | "asked already";
    };

type By = { readonly by: Person; readonly at: EpochMs };

/** Before it is applied only: afterwards it is an undo. One that may be under way is shut out, or turns out to be applied. */
export function abort(operation: Operation, { by, at }: By): Wished<Operation> {
  const { progress, wishes } = operation;
  if (hasEnded(progress)) return { kind: "refused", because: "over" };
  if (progress.state === "applied") return { kind: "refused", because: "too late" };
  if (wishes.abort) return { kind: "refused", because: "asked already" };
  return { kind: "accepted", value: { ...operation, wishes: { ...wishes, abort: { by, at } }, dueAt: at } };
}

/** The one that holds things up, as it was last seen. */
export function deletePod(operation: Operation, { by, at, pod }: By & { readonly pod: PodRef }): Wished<Operation> {
  const { progress, wishes } = operation;
  if (hasEnded(progress)) return { kind: "refused", because: "over" };
  if (progress.state !== "applied") return { kind: "refused", because: "not applied" };
  if (progress.obstacle?.uid !== pod.uid) return { kind: "refused", because: "no such pod" };
  const under = wishes.deletion?.state === "asked" || wishes.deletion?.state === "sending";
  if (under || wishes.deletion?.pod.uid === pod.uid) return { kind: "refused", because: "asked already" };
  const deletion = { by, at, pod, state: "asked" } as const;
  return { kind: "accepted", value: { ...operation, wishes: { ...wishes, deletion }, dueAt: at } };
}

type Undoing = By & {
  readonly id: string;
  readonly reason: string;
  /** As the workload was read for this. */
  readonly bound: Bound;
  readonly expiresAt: EpochMs;
};

/**
 * Takes back what an operation changed: a new one, the other way round, on what the first one left. Both are to be committed
 * together, so that the workload never has two under way.
 */
export function undo(operation: Operation, { by, at, bound, ...given }: Undoing): Wished<Undone> {
  const { progress, intent } = operation;
  if (!wasChanged(progress)) return { kind: "refused", because: "not applied" };
  const isLeft = bound.uid === intent.plan.bound.uid && bound.fence === intent.id;
  if (!isLeft || (progress.state === "applied" && bound.template !== progress.template)) {
    return { kind: "refused", because: "superseded" };
  }
  const { from, to } = intent.plan;
  const plan = { ...intent.plan, bound, from: to, to: from, expiresAt: given.expiresAt };
  const { id, reason } = given;
  const asked = { ...intent.asked, despite: [] };
  const undoing: Intent = { id, kind: "undo", undoes: intent.id, plan, operator: by, reason, at, asked };
  const undone = { state: "failed", at, because: { kind: "undone", by, operation: id } } as const;
  return { kind: "accepted", value: { ended: ended(operation, undone), opened: opened(undoing) } };
}

type Undone = { readonly ended: Operation; readonly opened: Operation };

function wasChanged(progress: Progress): boolean {
  switch (progress.state) {
    case "applied":
    case "restored":
    case "unproven":
    case "failed":
      return true;
    case "waiting for approval":
    case "requested":
    case "sending":
    case "refused":
    case "expired":
    case "voided":
      return false;
  }
}
