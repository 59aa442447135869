import type { ClusterRecord } from "../core/workload.ts";
import { projectDeployment } from "./project/deployment.ts";
import type { Projection } from "./project/object.ts";
import { projectPod } from "./project/pod.ts";
import { projectReplicaSet } from "./project/replica-set.ts";

/** One kind of object that we follow, and what becomes of it here. */
export type Resource = {
  readonly what: ClusterRecord["what"];
  /** As in paths and in a role's rules. */
  readonly plural: string;
  readonly api: string;
  readonly project: Projection;
};

export const resources: readonly Resource[] = [
  { what: "workload", plural: "deployments", api: "/apis/apps/v1", project: projectDeployment },
  { what: "revision", plural: "replicasets", api: "/apis/apps/v1", project: projectReplicaSet },
  { what: "pod", plural: "pods", api: "/api/v1", project: projectPod },
];

type Where = { readonly resource: Resource; readonly namespace: string | null };

export function pathOf({ resource, namespace }: Where, query: Readonly<Record<string, string>>): string {
  const place = namespace === null ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${resource.api}${place}/${resource.plural}?${new URLSearchParams(query).toString()}`;
}
