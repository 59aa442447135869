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
} as const;

export type Plural = keyof typeof resources;

function isPlural(text: string | undefined): text is Plural {
  return text !== undefined && Object.hasOwn(resources, text);
}

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
  const core = first === "api" && rest[0] === "v1";
  const apps = first === "apis" && rest[0] === "apps" && rest[1] === "v1";
  if (!core && !apps) return null;

  const parts = rest.slice(core ? 1 : 2);
  const inNamespace = parts[0] === "namespaces" && parts.length > 2 && parts[2] !== "status";
  const [plural, name = null, subresource = null, ...more] = inNamespace ? parts.slice(2) : parts;
  if (!isPlural(plural) || more.length > 0 || (resources[plural].group === "apps") !== apps) return null;
  if (subresource !== null && subresource !== "status") return null;
  const { namespaced } = resources[plural];
  if (inNamespace && !namespaced) return null;
  if (namespaced && !inNamespace && name !== null) return null;
  return { plural, namespace: inNamespace ? (parts[1] ?? null) : null, name, subresource };
}
