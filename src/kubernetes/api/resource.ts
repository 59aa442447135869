import { createReading, type Reading, readWhole } from "../bytes/reading.ts";
import type { ClusterRecord, Resource as Name } from "../../core/workload.ts";
import { projectConfigMap } from "../project/config-map.ts";
import { projectControllerRevision } from "../project/controller-revision.ts";
import { projectDaemonSet } from "../project/daemon-set.ts";
import { projectDeployment } from "../project/deployment.ts";
import type { Projection } from "../project/object.ts";
import { projectPod } from "../project/pod.ts";
import { projectReplicaSet } from "../project/replica-set.ts";
import { projectStatefulSet } from "../project/stateful-set.ts";

/** One kind of object that we follow, and what becomes of it here. */
export type Resource = {
  readonly what: ClusterRecord["what"];
  /** As in paths and in a role's rules: deploy/rbac.yaml has the same list. */
  readonly plural: Name;
  readonly api: string;
  readonly project: Projection;
  /** Asked for without what is in it. Answers go on without it where it may not be read. */
  readonly metadataOnly?: true;
  /** What of its JSON is parsed at all. */
  readonly read: Reading;
};

/** Who manages which field is only looked at to tell who wrote a workload's images. */
const read = createReading("managedFields");

const apps = "/apis/apps/v1";

export const resources: readonly Resource[] = [
  { what: "workload", plural: "deployments", api: apps, project: projectDeployment, read: readWhole },
  { what: "workload", plural: "statefulsets", api: apps, project: projectStatefulSet, read: readWhole },
  { what: "workload", plural: "daemonsets", api: apps, project: projectDaemonSet, read: readWhole },
  { what: "revision", plural: "replicasets", api: apps, project: projectReplicaSet, read },
  { what: "revision", plural: "controllerrevisions", api: apps, project: projectControllerRevision, read },
  { what: "pod", plural: "pods", api: "/api/v1", project: projectPod, read },
  {
    what: "config",
    plural: "configmaps",
    api: "/api/v1",
    project: projectConfigMap,
    read: readWhole, // it says when the configuration was written
    metadataOnly: true,
  },
];

/**
 * In which form objects are wanted. Of metadata there is no second choice: a server that would rather send the whole is refused.
 * A watch that is asked for lists of it opens and then says nothing.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
 */
export function formOf({ metadataOnly }: Resource, verb: "list" | "watch"): string {
  if (!metadataOnly) return "application/json";
  return `application/json;as=PartialObjectMetadata${verb === "list" ? "List" : ""};g=meta.k8s.io;v=v1`;
}

type Where = { readonly resource: Resource; readonly namespace: string | null };

export function pathOf({ resource, namespace }: Where, query: Readonly<Record<string, string>>): string {
  const place = namespace === null ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${resource.api}${place}/${resource.plural}?${new URLSearchParams(query).toString()}`;
}
