import { haveRevision, podLabelOf, pruneRevisions, revisionLabel } from "./controller-revision.ts";
import { stopPod } from "./delete.ts";
import { same } from "./json.ts";
import { nodes } from "./kubelet.ts";
import { isActive, isReady, newPod, podsOf } from "./owned-pod.ts";
import type { DaemonSet } from "./revisioned.ts";
import { asPods } from "./rolling.ts";
import type { Store } from "./store.ts";
import { suffix } from "./write.ts";

type World = { readonly store: Store; readonly now: () => number };

/** One look at one DaemonSet: one pod on each node, replaced where they are old. */
export function syncDaemonSet(world: World, set: DaemonSet): void {
  if (set.metadata.deletionTimestamp !== undefined) return;
  const revision = haveRevision(world, set);
  const label = podLabelOf(set, revision);
  const pods = podsOf(world.store, set);
  for (const pod of pods.filter((it) => !isActive(it) && it.metadata.deletionTimestamp === undefined)) {
    stopPod({ ...world, pod, grace: 0 });
  }
  const taken = new Set(pods.map((it) => it.spec.nodeName));
  for (const nodeName of nodes.filter((it) => !taken.has(it))) {
    const made = { owner: set, template: set.spec.template, labels: { [revisionLabel]: label }, nodeName };
    world.store.put("pods", newPod({ ...made, name: `${set.metadata.name}-${suffix()}`, now: world.now() }));
  }
  replaceOld(world, set, label);
  report(world, set, label);
  const live = podsOf(world.store, set).map((it) => it.metadata.labels?.[revisionLabel] ?? "");
  pruneRevisions(world, set, new Set([...live, label]));
}

/** Old pods that do not serve go at once, the others as many at a time as may be missing. */
function replaceOld(world: World, set: DaemonSet, label: string): void {
  const { updateStrategy: strategy } = set.spec;
  if (strategy.type !== "RollingUpdate") return;
  const pods = podsOf(world.store, set);
  const old = pods.filter((it) => isActive(it) && it.metadata.labels?.[revisionLabel] !== label);
  const missing = nodes.length - pods.filter((it) => isActive(it) && isReady(it)).length;
  const room = Math.max(0, asPods(strategy.rollingUpdate.maxUnavailable, nodes.length, Math.ceil) - missing);
  const serving = old.filter(isReady).slice(0, room);
  for (const pod of [...old.filter((it) => !isReady(it)), ...serving]) stopPod({ ...world, pod });
}

function report({ store }: World, { metadata, status: before }: DaemonSet, label: string): void {
  const set = store.get("daemonsets", metadata.namespace ?? "", metadata.name);
  if (set?.metadata.uid !== metadata.uid) return;
  const active = podsOf(store, set).filter(isActive);
  const ready = active.filter(isReady).length;
  const updated = active.filter((it) => it.metadata.labels?.[revisionLabel] === label).length;
  const counts = {
    updatedNumberScheduled: updated,
    numberAvailable: ready,
    numberUnavailable: nodes.length - ready,
  };
  const status = {
    observedGeneration: metadata.generation ?? 0,
    currentNumberScheduled: active.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: ready,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  };
  if (!same(status, before)) store.put("daemonsets", { ...set, status });
}
