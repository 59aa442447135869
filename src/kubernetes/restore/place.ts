import type { Workload } from "../../core/workload.ts";
import type { Target } from "../../ports/rollback.ts";

/** Where a workload and its revisions are in the API. */

export const apps = "/apis/apps/v1";

export const pluralOf: Readonly<Record<Workload["kind"], string>> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
};

export function revisionsOf(kind: Workload["kind"]): "replicasets" | "controllerrevisions" {
  return kind === "Deployment" ? "replicasets" : "controllerrevisions";
}

export function pathOfWorkload({ namespace, kind, name }: Target): string {
  return `${apps}/namespaces/${encodeURIComponent(namespace)}/${pluralOf[kind]}/${encodeURIComponent(name)}`;
}
