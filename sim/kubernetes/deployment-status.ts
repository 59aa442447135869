import { timestamp, type Condition } from "./meta.ts";
import type { Deployment, ReplicaSet } from "./object.ts";
import { allowedMissing } from "./rolling.ts";

type Status = Deployment["status"];
export type Reason = { readonly status: Condition["status"]; readonly reason: string; readonly message: string };

/** The counts as they are now. A count of zero is left out, except for the pods that are still stopping. */
export function countPods(deployment: Deployment, current: ReplicaSet | null, all: readonly ReplicaSet[]): Status {
  const sum = (count: (status: ReplicaSet["status"]) => number | undefined) =>
    all.reduce((total, it) => total + (count(it.status) ?? 0), 0);
  const counts = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum((it) => it.replicas),
    updatedReplicas: current?.status.replicas ?? 0,
    readyReplicas: sum((it) => it.readyReplicas),
    availableReplicas: sum((it) => it.availableReplicas),
  };
  const shown = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const { conditions } = deployment.status;
  return { ...shown, terminatingReplicas: sum((it) => it.terminatingReplicas), ...(conditions ? { conditions } : {}) };
}

export function availability(deployment: Deployment, status: Status): Reason {
  const enough = (status.availableReplicas ?? 0) >= deployment.spec.replicas - allowedMissing(deployment);
  return enough
    ? { status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : {
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

/** The Progressing condition after a look at the counts; `fresh` renews its time though it says the same. */
export function progress(facts: {
  readonly deployment: Deployment;
  readonly status: Status;
  readonly name: string;
  readonly now: number;
}): (Reason & { readonly fresh: boolean }) | null {
  const { deployment, status, name, now } = facts;
  const before = conditionOf(deployment.status, "Progressing");
  const finished = before?.reason === "NewReplicaSetAvailable";
  if (finished && (status.replicas ?? 0) === (status.updatedReplicas ?? 0)) return null;
  if (isComplete(deployment, status)) return { ...available(name), fresh: false };
  if (hasMoved(deployment.status, status)) return { ...moving(name), fresh: true };
  if (before && !finished && isLate(deployment, before, now)) return { ...late(name), fresh: false };
  return null;
}

export function isComplete({ spec, metadata }: Deployment, status: Status): boolean {
  return (
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function hasMoved(before: Status, after: Status): boolean {
  const old = (it: Status) => (it.replicas ?? 0) - (it.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isLate({ spec }: Deployment, before: Condition, now: number): boolean {
  if (before.reason === "ProgressDeadlineExceeded") return true;
  if (before.status === "Unknown") return false; // paused or just resumed
  return now - Date.parse(before.lastUpdateTime ?? "") > spec.progressDeadlineSeconds * 1000;
}

export const created = (name: string): Reason => ({
  status: "True",
  reason: "NewReplicaSetCreated",
  message: `Created new replica set "${name}"`,
});
export const found = (name: string): Reason => ({
  status: "True",
  reason: "FoundNewReplicaSet",
  message: `Found new replica set "${name}"`,
});
const available = (name: string): Reason => ({
  status: "True",
  reason: "NewReplicaSetAvailable",
  message: `ReplicaSet "${name}" has successfully progressed.`,
});
const moving = (name: string): Reason => ({
  status: "True",
  reason: "ReplicaSetUpdated",
  message: `ReplicaSet "${name}" is progressing.`,
});
const late = (name: string): Reason => ({
  status: "False",
  reason: "ProgressDeadlineExceeded",
  message: `ReplicaSet "${name}" has timed out progressing.`,
});
export const paused: Reason = { status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" };
export const resumed: Reason = { status: "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed" };

export function conditionOf(status: Status, type: string): Condition | undefined {
  return status.conditions?.find((it) => it.type === type);
}

/** A condition keeps its times while it says the same, unless it is to be fresh. */
export function withCondition(
  status: Status,
  type: "Progressing" | "Available",
  { reason, now, fresh = false }: { readonly reason: Reason; readonly now: number; readonly fresh?: boolean },
): Status {
  const before = conditionOf(status, type);
  if (before?.status === reason.status && before.reason === reason.reason && !fresh) return status;
  const lastUpdateTime = timestamp(now);
  const lastTransitionTime = before?.status === reason.status ? before.lastTransitionTime : lastUpdateTime;
  const { status: value, reason: why, message } = reason;
  const condition = { type, status: value, lastUpdateTime, lastTransitionTime, reason: why, message };
  return { ...status, conditions: [...(status.conditions ?? []).filter((it) => it.type !== type), condition] };
}
