import type { Condition, EpochMs, Workload } from "./workload.ts";

/**
 * How far the controller is, from the workload's own status. The order of the questions is kubectl's (`rollout status`),
 * with its gaps closed: paused is a state of its own, replica failures count at once, and a condition left over from the
 * rollout before does not.
 */
export type Rollout =
  /** The controller has not looked at the latest change yet: its counts speak of the one before. */
  | { readonly state: "unobserved" }
  /** Nothing moves until somebody resumes it. `complete`: the counts match all the same. */
  | { readonly state: "paused"; readonly complete: boolean }
  | { readonly state: "failed"; readonly because: "deadline" | "pods refused"; readonly message: string }
  | {
      readonly state: "progressing";
      readonly waiting: "update" | "old pods" | "available";
      readonly done: number;
      readonly of: number;
    }
  /** Pods take the new revision only when somebody deletes them. */
  | { readonly state: "on delete" }
  | { readonly state: "done" };

export function rolloutOf(workload: Workload, now: EpochMs): Rollout {
  if (workload.generation > workload.observedGeneration) return { state: "unobserved" };
  const waiting = waitingFor(workload);
  if (workload.paused) return { state: "paused", complete: waiting === null };
  if (workload.strategy === "OnDelete") return { state: "on delete" };
  return failed(workload, now) ?? waiting ?? { state: "done" };
}

/** A template change right after a failure still shows the failure's condition for a moment; older ones are believed. */
const staleForMs = 10_000;

function failed(workload: Workload, now: EpochMs): Rollout | null {
  const refused = workload.conditions.find((it) => it.type === "ReplicaFailure" && it.status === "True");
  if (refused) return { state: "failed", because: "pods refused", message: refused.message };
  const late = workload.conditions.find((it) => it.reason === "ProgressDeadlineExceeded");
  if (!late || isLeftOver(late, workload, now)) return null;
  return { state: "failed", because: "deadline", message: late.message };
}

function isLeftOver({ updatedAt }: Condition, { writers }: Workload, now: EpochMs): boolean {
  const writtenAt = Math.max(...writers.map((it) => it.at ?? 0));
  return updatedAt !== null && updatedAt < writtenAt && now - writtenAt < staleForMs;
}

type Progressing = Rollout & { readonly state: "progressing" };

function waitingFor(workload: Workload): Progressing | null {
  const { total, updated, ready, available } = workload.counts;
  const wanted = workload.replicas - workload.partition;

  switch (workload.kind) {
    case "Deployment":
      if (updated < wanted) return progressing("update", updated, wanted);
      if (total > updated) return progressing("old pods", total - updated, total);
      return available < updated ? progressing("available", available, updated) : null;
    case "DaemonSet":
      if (updated < wanted) return progressing("update", updated, wanted);
      return available < wanted ? progressing("available", available, wanted) : null;
    case "StatefulSet":
      if (ready < workload.replicas) return progressing("available", ready, workload.replicas);
      return updated < wanted ? progressing("update", updated, wanted) : null;
  }
}

function progressing(waiting: Progressing["waiting"], done: number, of: number): Progressing {
  return { state: "progressing", waiting, done, of };
}
