import { randomUUID } from "node:crypto";
import { stopPod } from "./delete.ts";
import { same } from "./json.ts";
import { controllerOf, Pod, timestamp, type ReplicaSet } from "./object.ts";
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
    for (let made = 0; made < missing; made += 1) store.put("pods", newPod(world, replicaSet));
    for (const pod of active.toSorted(leastUsefulFirst).slice(0, Math.max(0, -missing))) stopPod({ store, now, pod });
  }
  report(world, replicaSet);
}

function podsOf(store: Store, { metadata }: ReplicaSet): readonly Pod[] {
  return store.list("pods", metadata.namespace ?? "").filter((it) => controllerOf(it) === metadata.uid);
}

function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status.phase !== "Failed" && status.phase !== "Succeeded";
}

function leastUsefulFirst(a: Pod, b: Pod): number {
  const difference = Number(isReady(a)) - Number(isReady(b));
  return difference === 0 ? Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion) : difference;
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false;
}

function newPod({ now }: World, { metadata, spec }: ReplicaSet): Pod {
  const { name, namespace, uid } = metadata;
  const { labels, annotations } = spec.template.metadata;
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name, uid, controller: true, blockOwnerDeletion: true };
  return Pod.parse({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${suffix()}`,
      generateName: `${name}-`,
      namespace,
      uid: randomUUID(),
      resourceVersion: "",
      generation: 1,
      creationTimestamp: timestamp(now()),
      labels: { ...labels },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [owner],
    },
    spec: spec.template.spec,
  });
}

function report({ store, now }: World, { metadata }: ReplicaSet): void {
  const replicaSet = store.get("replicasets", metadata.namespace ?? "", metadata.name);
  if (replicaSet?.metadata.uid !== metadata.uid) return;
  const mine = podsOf(store, replicaSet);
  const active = mine.filter(isActive);
  const ready = active.filter(isReady);
  const since = now() - (replicaSet.spec.minReadySeconds ?? 0) * 1000;
  const available = ready.filter((it) => readySince(it) <= since || !replicaSet.spec.minReadySeconds);
  const counts = {
    fullyLabeledReplicas: active.length,
    readyReplicas: ready.length,
    availableReplicas: available.length,
    observedGeneration: metadata.generation ?? 0,
  };
  const status = {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: mine.filter((it) => it.metadata.deletionTimestamp !== undefined).length,
  };
  if (!same(status, replicaSet.status)) store.put("replicasets", { ...replicaSet, status });
}

function readySince({ status }: Pod): number {
  return Date.parse(status.conditions?.find((it) => it.type === "Ready")?.lastTransitionTime ?? "");
}
