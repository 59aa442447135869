import { stopPod } from "./delete.ts";
import { same } from "./json.ts";
import type { Pod, ReplicaSet } from "./object.ts";
import { available, isActive, isReady, newPod, podsOf } from "./owned-pod.ts";
import type { Store } from "./store.ts";
import { suffix } from "./write.ts";

type World = { readonly store: Store; readonly now: () => number };

/** Makes and stops pods until there are as many as wanted, and counts them. */
export function syncReplicaSet(world: World, replicaSet: ReplicaSet): void {
  const { store, now } = world;
  const mine = podsOf(store, replicaSet);
  const active = mine.filter(isActive);
  const missing = replicaSet.spec.replicas - active.length;
  if (replicaSet.metadata.deletionTimestamp === undefined) {
    for (let made = 0; made < missing; made += 1) store.put("pods", podOf(replicaSet, now()));
    for (const pod of active.toSorted(leastUsefulFirst).slice(0, Math.max(0, -missing))) stopPod({ store, now, pod });
  }
  report(world, replicaSet);
}

function leastUsefulFirst(a: Pod, b: Pod): number {
  const difference = Number(isReady(a)) - Number(isReady(b));
  return difference === 0 ? Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion) : difference;
}

function podOf(replicaSet: ReplicaSet, now: number): Pod {
  const name = `${replicaSet.metadata.name}-${suffix()}`;
  return newPod({ owner: replicaSet, template: replicaSet.spec.template, name, now });
}

function report({ store, now }: World, { metadata }: ReplicaSet): void {
  const replicaSet = store.get("replicasets", metadata.namespace ?? "", metadata.name);
  if (replicaSet?.metadata.uid !== metadata.uid) return;
  const mine = podsOf(store, replicaSet);
  const active = mine.filter(isActive);
  const ready = active.filter(isReady);
  const counts = {
    fullyLabeledReplicas: active.length,
    readyReplicas: ready.length,
    availableReplicas: available(ready, replicaSet.spec.minReadySeconds, now()).length,
    observedGeneration: metadata.generation ?? 0,
  };
  const status = {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: mine.filter((it) => it.metadata.deletionTimestamp !== undefined).length,
  };
  if (!same(status, replicaSet.status)) store.put("replicasets", { ...replicaSet, status });
}
