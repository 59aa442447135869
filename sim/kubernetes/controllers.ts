import { conditionOf } from "./deployment-status.ts";
import { syncDaemonSet } from "./daemon-set-controller.ts";
import { syncDeployment } from "./deployment-controller.ts";
import { collectGarbage, finishNamespaces } from "./garbage-collector.ts";
import { createKubelet, type KubeletOptions } from "./kubelet.ts";
import { controllerOf } from "./meta.ts";
import type { AnyObject, Deployment } from "./object.ts";
import { syncReplicaSet } from "./replicaset-controller.ts";
import { syncStatefulSet } from "./stateful-set-controller.ts";
import type { Change, Store } from "./store.ts";

/** Reasons after which no deadline runs any more. */
const settled = new Set([undefined, "NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"]);

/** How often deadlines and `minReadySeconds` are looked at when nothing happens. */
const tickMs = 100;

/** The loops that make workloads into revisions and pods, and pods into running ones. */
export function startControllers(store: Store, now: () => number, options: KubeletOptions) {
  const kubelet = createKubelet({ store, now, ...options });
  /** The uids of workloads and ReplicaSets that something happened to. */
  let dirty = new Set<string>();
  let garbage = false;
  let scheduled: NodeJS.Immediate | null = null;

  const unsubscribe = store.subscribe((change) => {
    note(change);
    scheduled ??= setImmediate(work);
  });
  const timer = setInterval(() => {
    for (const it of store.list("deployments")) if (hasDeadline(it)) dirty.add(it.metadata.uid);
    for (const it of store.list("replicasets")) if (it.spec.minReadySeconds) dirty.add(it.metadata.uid);
    work();
  }, tickMs);

  function note({ type, object }: Change): void {
    const owner = controllerOf(object);
    garbage ||= type === "DELETED" || object.metadata.deletionTimestamp !== undefined;
    dirty.add(object.metadata.uid);
    if (owner !== undefined) dirty.add(owner);
    if (object.kind === "Pod") kubelet.see(object, type === "DELETED");
  }

  /** One round. What it changes is the next round's work. */
  function work(): void {
    scheduled = null;
    const due = dirty;
    dirty = new Set();
    const isDue = (it: AnyObject) => due.has(it.metadata.uid);
    for (const it of store.list("deployments").filter(isDue)) syncDeployment({ store, now }, it);
    for (const it of store.list("replicasets").filter(isDue)) syncReplicaSet({ store, now }, it);
    for (const it of store.list("statefulsets").filter(isDue)) syncStatefulSet({ store, now }, it);
    for (const it of store.list("daemonsets").filter(isDue)) syncDaemonSet({ store, now }, it);
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
