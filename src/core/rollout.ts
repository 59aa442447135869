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
      /** Pods that are as they should be; while old ones are still there, those that are not old. */
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
  const conditions = workload.conditions.filter((it) => !isLeftOver(it, workload, now));
  const refused = conditions.find((it) => it.type === "ReplicaFailure" && it.status === "True");
  if (refused) return { state: "failed", because: "pods refused", message: refused.message };
  const late = conditions.find((it) => it.reason === "ProgressDeadlineExceeded");
  return late ? { state: "failed", because: "deadline", message: late.message } : null;
}

function isLeftOver({ updatedAt }: Condition, { writers }: Workload, now: EpochMs): boolean {
  const writtenAt = Math.max(...writers.map((it) => it.at ?? 0));
  return updatedAt !== null && updatedAt < writtenAt && now - writtenAt < staleForMs;
}

type Progressing = Rollout & { readonly state: "progressing" };

function waitingFor(workload: Workload): Progressing | null {
  const { total, updated, ready, available } = workload.counts;
  const wanted = Math.max(workload.replicas - workload.partition, 0);

  switch (workload.kind) {
    case "Deployment":
      if (updated < wanted) return progressing("update", updated, wanted);
      if (total > updated) return progressing("old pods", updated, total);
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
