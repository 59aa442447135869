import {
  haveRevision,
  podLabelOf,
  pruneRevisions,
  revisionLabel,
  revisionsOf,
  templateOf,
} from "./controller-revision.ts";
import { stopPod } from "./delete.ts";
import { same } from "./json.ts";
import type { Pod } from "./object.ts";
import { available, isActive, isReady, newPod, podsOf } from "./owned-pod.ts";
import type { ControllerRevision, StatefulSet } from "./revisioned.ts";
import type { Store } from "./store.ts";

type World = { readonly store: Store; readonly now: () => number };
type Revisions = { readonly current: ControllerRevision; readonly update: ControllerRevision };

/** One look at one StatefulSet: at most one step where pods go one after the other. */
export function syncStatefulSet(world: World, set: StatefulSet): void {
  if (set.metadata.deletionTimestamp !== undefined) return;
  const update = haveRevision(world, set);
  const all = revisionsOf(world.store, set);
  const current = all.find((it) => it.metadata.name === set.status.currentRevision) ?? update;
  const revisions = { current, update };
  move(world, set, revisions);
  report(world, set, revisions);
  const live = podsOf(world.store, set).map((it) => it.metadata.labels?.[revisionLabel] ?? "");
  pruneRevisions(world, set, new Set([...live, current.metadata.name, update.metadata.name]));
}

function move(world: World, set: StatefulSet, revisions: Revisions): void {
  const ordered = set.spec.podManagementPolicy === "OrderedReady";
  const pods = byOrdinal(world.store, set);
  for (let ordinal = 0; ordinal < set.spec.replicas; ordinal += 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) create(world, set, revisions, ordinal);
    else if (pod.metadata.deletionTimestamp === undefined && !isActive(pod)) stopPod({ ...world, pod, grace: 0 });
    else if (isHealthy(pod)) continue;
    if (ordered) return; // whatever is wrong with this one, all others wait for it
  }
  const surplus = [...pods].filter(([ordinal]) => ordinal >= set.spec.replicas).toSorted(([a], [b]) => b - a);
  for (const [, pod] of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) stopPod({ ...world, pod });
    if (ordered) return;
  }
  if (set.spec.updateStrategy.type === "RollingUpdate") replaceOne(world, set, revisions, pods);
}

/** From the highest ordinal down to the partition: the first one that is not of the new revision, if all above are well. */
function replaceOne(world: World, set: StatefulSet, { update }: Revisions, pods: ReadonlyMap<number, Pod>): void {
  for (let ordinal = set.spec.replicas - 1; ordinal >= partitionOf(set); ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) return;
    const isOld = pod.metadata.labels?.[revisionLabel] !== update.metadata.name;
    if (isOld && pod.metadata.deletionTimestamp === undefined) return void stopPod({ ...world, pod });
    if (!isHealthy(pod)) return;
  }
}

function partitionOf({ spec: { updateStrategy: strategy } }: StatefulSet): number {
  return strategy.type === "RollingUpdate" ? strategy.rollingUpdate.partition : 0;
}

function create({ store, now }: World, set: StatefulSet, { current, update }: Revisions, ordinal: number): void {
  const revision = ordinal < partitionOf(set) ? current : update;
  const name = `${set.metadata.name}-${ordinal}`;
  if (store.get("pods", set.metadata.namespace ?? "", name)) return; // somebody else's
  const labels = {
    [revisionLabel]: podLabelOf(set, revision),
    "statefulset.kubernetes.io/pod-name": name,
    "apps.kubernetes.io/pod-index": String(ordinal),
  };
  store.put("pods", newPod({ owner: set, template: templateOf(revision), name, labels, now: now() }));
}

function byOrdinal(store: Store, set: StatefulSet): ReadonlyMap<number, Pod> {
  return new Map(podsOf(store, set).map((it) => [Number(/\d+$/.exec(it.metadata.name)?.[0]), it]));
}

function isHealthy(pod: Pod): boolean {
  return isActive(pod) && isReady(pod);
}

function report({ store, now }: World, { metadata, spec, status: before }: StatefulSet, revisions: Revisions): void {
  const set = store.get("statefulsets", metadata.namespace ?? "", metadata.name);
  if (set?.metadata.uid !== metadata.uid) return;
  const pods = podsOf(store, set).filter((it) => it.status.phase !== "Failed" && it.status.phase !== "Succeeded");
  const ready = pods.filter(isHealthy);
  const [current, update] = [revisions.current.metadata.name, revisions.update.metadata.name];
  const of = (name: string) =>
    pods.filter((it) => it.metadata.deletionTimestamp === undefined && it.metadata.labels?.[revisionLabel] === name);
  const complete = of(update).length === spec.replicas && ready.length === spec.replicas;
  const isRolling = spec.updateStrategy.type === "RollingUpdate";
  const reached = complete && isRolling ? update : current;
  const counts = {
    readyReplicas: ready.length,
    currentReplicas: of(reached).length,
    updatedReplicas: of(update).length,
  };
  const status = {
    observedGeneration: metadata.generation ?? 0,
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    currentRevision: reached,
    updateRevision: update,
    collisionCount: 0,
    availableReplicas: available(ready, minReady(spec), now()).length,
  };
  if (!same(status, before)) store.put("statefulsets", { ...set, status });
}

function minReady({ minReadySeconds }: StatefulSet["spec"]): number | undefined {
  return typeof minReadySeconds === "number" ? minReadySeconds : undefined;
}
