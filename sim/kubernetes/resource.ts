/** The kinds of object this server knows. */
export const resources = {
  deployments: { group: "apps", apiVersion: "apps/v1", kind: "Deployment", singular: "deployment", namespaced: true },
  replicasets: { group: "apps", apiVersion: "apps/v1", kind: "ReplicaSet", singular: "replicaset", namespaced: true },
  statefulsets: {
    group: "apps",
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    singular: "statefulset",
    namespaced: true,
  },
  daemonsets: { group: "apps", apiVersion: "apps/v1", kind: "DaemonSet", singular: "daemonset", namespaced: true },
  controllerrevisions: {
    group: "apps",
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    singular: "controllerrevision",
    namespaced: true,
  },
  pods: { group: "", apiVersion: "v1", kind: "Pod", singular: "pod", namespaced: true },
  configmaps: { group: "", apiVersion: "v1", kind: "ConfigMap", singular: "configmap", namespaced: true },
  events: { group: "", apiVersion: "v1", kind: "Event", singular: "event", namespaced: true },
  namespaces: { group: "", apiVersion: "v1", kind: "Namespace", singular: "namespace", namespaced: false },
  nodes: { group: "", apiVersion: "v1", kind: "Node", singular: "node", namespaced: false },
  secrets: { group: "", apiVersion: "v1", kind: "Secret", singular: "secret", namespaced: true },
  serviceaccounts: {
    group: "",
    apiVersion: "v1",
    kind: "ServiceAccount",
    singular: "serviceaccount",
    namespaced: true,
  },
  persistentvolumeclaims: {
    group: "",
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    singular: "persistentvolumeclaim",
    namespaced: true,
  },
  resourcequotas: { group: "", apiVersion: "v1", kind: "ResourceQuota", singular: "resourcequota", namespaced: true },
  jobs: { group: "batch", apiVersion: "batch/v1", kind: "Job", singular: "job", namespaced: true },
  horizontalpodautoscalers: {
    group: "autoscaling",
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    singular: "horizontalpodautoscaler",
    namespaced: true,
  },
  priorityclasses: {
    group: "scheduling.k8s.io",
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    singular: "priorityclass",
    namespaced: false,
  },
  applications: {
    group: "argoproj.io",
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    singular: "application",
    namespaced: true,
  },
} as const;

export type Plural = keyof typeof resources;

export function isPlural(text: string | undefined): text is Plural {
  return text !== undefined && Object.hasOwn(resources, text);
}

/** As they stand in paths, after `/api/` or `/apis/`. */
export const versions: ReadonlySet<string> = new Set(Object.values(resources).map((it) => it.apiVersion));

/** How messages name a kind of object: `deployments.apps`, `pods`. */
export function qualified(plural: Plural): string {
  const { group } = resources[plural];
  return group === "" ? plural : `${plural}.${group}`;
}

/** What a path points at. */
export type Target = {
  readonly plural: Plural;
  /** Null: all namespaces, or a kind that has none. */
  readonly namespace: string | null;
  /** Null: the collection. */
  readonly name: string | null;
  readonly subresource: "status" | null;
};

/** Null for a path that this server does not serve. */
export function parseTarget(path: string): Target | null {
  const [first, ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  const core = first === "api";
  const version = core ? rest[0] : rest.slice(0, 2).join("/");
  if ((!core && first !== "apis") || !versions.has(version ?? "")) return null;

  const parts = rest.slice(core ? 1 : 2);
  const inNamespace = parts[0] === "namespaces" && parts.length > 2 && parts[2] !== "status";
  const [plural, name = null, subresource = null, ...more] = inNamespace ? parts.slice(2) : parts;
  if (!isPlural(plural) || more.length > 0 || resources[plural].apiVersion !== version) return null;
  if (subresource !== null && subresource !== "status") return null;
  const { namespaced } = resources[plural];
  if (inNamespace && !namespaced) return null;
  if (namespaced && !inNamespace && name !== null) return null;
  return { plural, namespace: inNamespace ? (parts[1] ?? null) : null, name, subresource };
}
