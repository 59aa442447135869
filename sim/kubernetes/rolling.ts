import type { Deployment, ReplicaSet } from "./object.ts";

/** How many pods above the wanted number a rollout may have. */
export function allowedSurge({ spec: { strategy, replicas } }: Deployment): number {
  return strategy.type === "Recreate" ? 0 : asPods(strategy.rollingUpdate.maxSurge, replicas, Math.ceil);
}

/** How many of the wanted pods may be missing during a rollout. */
export function allowedMissing(deployment: Deployment): number {
  const { strategy, replicas } = deployment.spec;
  if (strategy.type === "Recreate") return 0;
  const missing = asPods(strategy.rollingUpdate.maxUnavailable, replicas, Math.floor);
  const stuck = missing === 0 && allowedSurge(deployment) === 0; // such a rollout could never move
  return Math.min(stuck ? 1 : missing, replicas);
}

export function asPods(share: number | string, of: number, round: (value: number) => number): number {
  return typeof share === "number" ? share : round((Number.parseInt(share, 10) / 100) * of);
}

export type Sizes = ReadonlyMap<ReplicaSet, number>;

/** The next sizes of a rolling update; an empty map when it has to wait. Growing comes before shrinking. */
export function nextSizes(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  const grown = newSize(deployment, current, old);
  return grown === current.spec.replicas ? shrink(deployment, current, old) : new Map([[current, grown]]);
}

function newSize(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): number {
  const { replicas } = deployment.spec;
  return current.spec.replicas >= replicas ? replicas : sizeBeside(deployment, current.spec.replicas, old);
}

/** How far a ReplicaSet of a size may grow beside the others. */
export function sizeBeside(deployment: Deployment, size: number, others: readonly ReplicaSet[]): number {
  const { replicas } = deployment.spec;
  const room = replicas + allowedSurge(deployment) - wanted(others) - size;
  return size + Math.max(0, Math.min(room, replicas - size));
}

/** Pods that never became available go first: taking them costs nothing. */
function shrink(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  const floor = deployment.spec.replicas - allowedMissing(deployment);
  const notYet = current.spec.replicas - available(current);
  let room = wanted([current, ...old]) - floor - notYet;
  const oldestFirst = old.filter((it) => it.spec.replicas > 0).toSorted(byAge);
  const sizes = new Map<ReplicaSet, number>();
  for (const it of oldestFirst) {
    const taken = Math.min(Math.max(room, 0), Math.max(it.spec.replicas - available(it), 0));
    if (taken > 0) sizes.set(it, it.spec.replicas - taken);
    room -= taken;
  }
  let spare = [current, ...old].reduce((sum, it) => sum + available(it), 0) - floor;
  for (const it of oldestFirst) {
    const size = sizes.get(it) ?? it.spec.replicas;
    const taken = Math.min(Math.max(spare, 0), Math.max(room, 0), size);
    if (taken > 0) sizes.set(it, size - taken);
    spare -= taken;
    room -= taken;
  }
  return sizes;
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1;
}

export function wanted(all: readonly ReplicaSet[]): number {
  return all.reduce((sum, it) => sum + it.spec.replicas, 0);
}

function available({ status }: ReplicaSet): number {
  return status.availableReplicas ?? 0;
}
