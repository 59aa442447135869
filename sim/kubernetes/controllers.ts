import { conditionOf } from "./deployment-status.ts";
import { syncDeployment } from "./deployment-controller.ts";
import { collectGarbage, finishNamespaces } from "./garbage-collector.ts";
import { createKubelet, type KubeletOptions } from "./kubelet.ts";
import { controllerOf, type Deployment } from "./object.ts";
import { syncReplicaSet } from "./replicaset-controller.ts";
import type { Change, Store } from "./store.ts";

/** Reasons after which no deadline runs any more. */
const settled = new Set([undefined, "NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"]);

/** How often deadlines and `minReadySeconds` are looked at when nothing happens. */
const tickMs = 100;

/** The loops that make Deployments into ReplicaSets, these into pods, and pods into running ones. */
export function startControllers(store: Store, now: () => number, options: KubeletOptions) {
  const kubelet = createKubelet({ store, now, ...options });
  const dirty = { deployments: new Set<string>(), replicasets: new Set<string>() };
  let garbage = false;
  let scheduled: NodeJS.Immediate | null = null;

  const unsubscribe = store.subscribe((change) => {
    note(change);
    scheduled ??= setImmediate(work);
  });
  const timer = setInterval(() => {
    for (const it of store.list("deployments")) if (hasDeadline(it)) dirty.deployments.add(it.metadata.uid);
    for (const it of store.list("replicasets")) if (it.spec.minReadySeconds) dirty.replicasets.add(it.metadata.uid);
    work();
  }, tickMs);

  function note({ type, object }: Change): void {
    const owner = controllerOf(object);
    garbage ||= type === "DELETED" || object.metadata.deletionTimestamp !== undefined;
    switch (object.kind) {
      case "Deployment":
        dirty.deployments.add(object.metadata.uid);
        break;
      case "ReplicaSet":
        dirty.replicasets.add(object.metadata.uid);
        if (owner !== undefined) dirty.deployments.add(owner);
        break;
      case "Pod":
        kubelet.see(object, type === "DELETED");
        if (owner !== undefined) dirty.replicasets.add(owner);
        break;
      case "Namespace":
      case "Event":
        break;
    }
  }

  /** One round. What it changes is the next round's work. */
  function work(): void {
    scheduled = null;
    const { deployments, replicasets } = dirty;
    dirty.deployments = new Set();
    dirty.replicasets = new Set();
    for (const it of store.list("deployments"))
      if (deployments.has(it.metadata.uid)) syncDeployment({ store, now }, it);
    for (const it of store.list("replicasets"))
      if (replicasets.has(it.metadata.uid)) syncReplicaSet({ store, now }, it);
    if (!garbage) return;
    garbage = false;
    collectGarbage({ store, now });
    finishNamespaces({ store, now });
  }

  return {
    stop() {
      unsubscribe();
      clearInterval(timer);
      if (scheduled) clearImmediate(scheduled);
      kubelet.stop();
    },
  };
}

function hasDeadline({ status }: Deployment): boolean {
  return !settled.has(conditionOf(status, "Progressing")?.reason);
}
