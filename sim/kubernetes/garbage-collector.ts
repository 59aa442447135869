import { stopPod, waiting } from "./delete.ts";
import type { AnyObject, Deployment, ReplicaSet } from "./object.ts";
import type { Store } from "./store.ts";

type World = { readonly store: Store; readonly now: () => number };

/** What belongs to somebody who is gone, or who waits for it to go, goes too. */
export function collectGarbage(world: World): void {
  const { store } = world;
  const all = [...store.list("deployments"), ...store.list("replicasets")];
  const owners: Owners = new Map(all.map((it) => [it.metadata.uid, it]));
  for (const it of store.list("replicasets")) {
    const fate = fateOf(it, owners);
    if (fate === "gone") store.remove("replicasets", it);
    if (fate === "going" && it.metadata.deletionTimestamp === undefined) {
      store.put("replicasets", { ...it, metadata: waiting(it.metadata, world.now()) });
    }
  }
  for (const pod of store.list("pods")) if (fateOf(pod, owners) !== "stays") stopPod({ ...world, pod });
  finishForeground(store);
}

type Owners = ReadonlyMap<string, Deployment | ReplicaSet>;

/** By the owner: gone, going (it waits for this one), or still there. */
function fateOf({ metadata }: AnyObject, owners: Owners): "gone" | "going" | "stays" {
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === "Deployment" || kind === "ReplicaSet");
  if (owner === undefined) return "stays";
  const found = owners.get(owner.uid);
  if (found === undefined) return "gone";
  return found.metadata.deletionTimestamp === undefined ? "stays" : "going";
}

/** The last to go is the one that was deleted in the foreground. */
function finishForeground(store: Store): void {
  const dependents = [...store.list("replicasets"), ...store.list("pods")];
  const owned = new Set(dependents.flatMap((it) => it.metadata.ownerReferences?.map(({ uid }) => uid) ?? []));
  const isDone = ({ metadata }: AnyObject) => metadata.deletionTimestamp !== undefined && !owned.has(metadata.uid);
  for (const it of store.list("replicasets").filter(isDone)) store.remove("replicasets", it);
  for (const it of store.list("deployments").filter(isDone)) store.remove("deployments", it);
}

/** A namespace that is being deleted empties itself, and goes when nothing is left in it. */
export function finishNamespaces(world: World): void {
  const { store } = world;
  for (const namespace of store.list("namespaces")) {
    const { name, deletionTimestamp } = namespace.metadata;
    if (deletionTimestamp === undefined) continue;
    for (const it of store.list("deployments", name)) store.remove("deployments", it);
    for (const it of store.list("replicasets", name)) store.remove("replicasets", it);
    for (const it of store.list("events", name)) store.remove("events", it);
    for (const pod of store.list("pods", name)) stopPod({ ...world, pod });
    if (store.list("pods", name).length === 0) store.remove("namespaces", namespace);
  }
}
