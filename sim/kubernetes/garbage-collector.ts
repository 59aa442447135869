import { stopPod, waiting } from "./delete.ts";
import type { AnyObject } from "./object.ts";
import { plainPlurals } from "./plain.ts";
import type { Store } from "./store.ts";

type World = { readonly store: Store; readonly now: () => number };

/** What belongs to somebody who is gone, or who waits for it to go, goes too. */
export function collectGarbage(world: World): void {
  const { store } = world;
  const all = ownerTables.flatMap((it): readonly AnyObject[] => store.list(it));
  const owners: Owners = new Map(all.map((it) => [it.metadata.uid, it]));
  for (const it of store.list("replicasets")) {
    const fate = fateOf(it, owners);
    if (fate === "gone") store.remove("replicasets", it);
    if (fate === "going" && it.metadata.deletionTimestamp === undefined) {
      store.put("replicasets", { ...it, metadata: waiting(it.metadata, world.now()) });
    }
  }
  for (const it of store.list("controllerrevisions")) {
    if (fateOf(it, owners) !== "stays") store.remove("controllerrevisions", it);
  }
  for (const pod of store.list("pods")) if (fateOf(pod, owners) !== "stays") stopPod({ ...world, pod });
  finishForeground(store);
}

const ownerTables = ["deployments", "statefulsets", "daemonsets", "replicasets"] as const;
type Owners = ReadonlyMap<string, AnyObject>;

const ownerKinds: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]);

/** By the owner: gone, going (it waits for this one), or still there. */
function fateOf({ metadata }: AnyObject, owners: Owners): "gone" | "going" | "stays" {
  const owner = metadata.ownerReferences?.find(({ kind }) => ownerKinds.has(kind));
  if (owner === undefined) return "stays";
  const found = owners.get(owner.uid);
  if (found === undefined) return "gone";
  return found.metadata.deletionTimestamp === undefined ? "stays" : "going";
}

/** The last to go is the one that was deleted in the foreground. */
function finishForeground(store: Store): void {
  const dependents: readonly AnyObject[] = [
    ...store.list("replicasets"),
    ...store.list("controllerrevisions"),
    ...store.list("pods"),
  ];
  const owned = new Set(dependents.flatMap((it) => it.metadata.ownerReferences?.map(({ uid }) => uid) ?? []));
  const isDone = ({ metadata }: AnyObject) => metadata.deletionTimestamp !== undefined && !owned.has(metadata.uid);
  for (const table of ownerTables.toReversed()) {
    for (const it of store.list(table).filter(isDone)) store.remove(table, it);
  }
}

/** A namespace that is being deleted empties itself, and goes when nothing is left in it. */
export function finishNamespaces(world: World): void {
  const { store } = world;
  for (const namespace of store.list("namespaces")) {
    const { name, deletionTimestamp } = namespace.metadata;
    if (deletionTimestamp === undefined) continue;
    for (const table of [...ownerTables, "controllerrevisions", "configmaps", "events", ...plainPlurals] as const) {
      for (const it of store.list(table, name)) store.remove(table, it);
    }
    for (const pod of store.list("pods", name)) stopPod({ ...world, pod });
    if (store.list("pods", name).length === 0) store.remove("namespaces", namespace);
  }
}
