/**
 * What a cluster tells us, as compact records: the few fields of Kubernetes' objects that an answer needs.
 * Adapters make them, the view (view.ts) keeps them, everything else in core/ reads them.
 */

export type EpochMs = number;

/** One workload in one cluster. */
export type Workload = {
  readonly what: "workload";
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  readonly name: string;
  readonly uid: string;
  /** The name people say: label `app.kubernetes.io/name`, else the workload's own name. */
  readonly service: string;
  readonly createdAt: EpochMs;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly paused: boolean;
  /** Pods wanted: `spec.replicas`, or a DaemonSet's `desiredNumberScheduled`. */
  readonly replicas: number;
  readonly strategy: "RollingUpdate" | "Recreate" | "OnDelete";
  /** StatefulSets only: ordinals below it stay on the old revision. 0 everywhere else. */
  readonly partition: number;
  /** StatefulSets only: pods are made and replaced one after the other, so one that is not ready holds up all others. */
  readonly ordered: boolean;
  /** StatefulSets only: the name of the revision that pods are to have, as of `observedGeneration`. */
  readonly updateRevision: string | null;
  /** How many pods the controller counts, as of `observedGeneration`. */
  readonly counts: {
    readonly total: number;
    readonly updated: number;
    readonly ready: number;
    readonly available: number;
  };
  readonly conditions: readonly Condition[];
  readonly template: Template;
  readonly notes: Notes;
  readonly writers: readonly Writer[];
};

export type Condition = {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  /** `lastUpdateTime`, null where the condition has none. */
  readonly updatedAt: EpochMs | null;
};

/** A pod template. Two templates of one workload are the same exactly when their hashes are (pod-template-hash left out). */
export type Template = {
  readonly hash: string;
  readonly containers: readonly TemplateContainer[];
  readonly notes: Notes;
  /** What its containers take their configuration from: in order of kind and name, each once. */
  readonly configs: readonly ConfigReference[];
};

/** An object of the template's own namespace. It need not be there: a reference can be optional. */
export type ConfigReference = { readonly kind: "ConfigMap" | "Secret"; readonly name: string };

/** An init container that keeps running (`restartPolicy: Always`) is a sidecar. */
export type Role = "main" | "init" | "sidecar" | "ephemeral";

export type TemplateContainer = { readonly name: string; readonly role: Role; readonly image: string };

/** Those annotations and labels that may say where a release came from (which keys: note-keys.ts), by their full key. */
export type Notes = Readonly<Record<string, string>>;

/** A field manager that owns the image of some containers: a tool and a time, never a person. */
export type Writer = {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly at: EpochMs | null;
  readonly containers: readonly string[];
};

/** One pod template that a workload has or had: a ReplicaSet, or a ControllerRevision. */
export type Revision = {
  readonly what: "revision";
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The workload's uid. */
  readonly owner: string;
  readonly number: number;
  /** What its pods are labelled with, where the workload itself owns them. Null for a ReplicaSet, which owns its pods. */
  readonly podLabel: string | null;
  /**
   * True when the workload came back to this revision: then `createdAt` is the first time, not this time. A
   * ControllerRevision does not say so itself: see running.ts.
   */
  readonly returned: boolean;
  readonly createdAt: EpochMs;
  /** 0 for a ControllerRevision, which has no size of its own. */
  readonly replicas: number;
  readonly template: Template;
  /** As of the time it was made, for a ControllerRevision: it keeps them when the workload comes back to it. */
  readonly notes: Notes;
};

export type Pod = {
  readonly what: "pod";
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The controller's uid: for a Deployment's pod, its ReplicaSet. Null for a pod nobody controls. */
  readonly owner: string | null;
  /** Label `controller-revision-hash` of a StatefulSet's or DaemonSet's pod: which revision of its owner it is of. */
  readonly revisionLabel: string | null;
  readonly node: string | null;
  readonly createdAt: EpochMs;
  /** Being deleted. Such a pod can still be running and ready for a while. */
  readonly terminating: boolean;
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  readonly ready: boolean;
  /** Why no node takes it, null when one does. */
  readonly unschedulable: string | null;
  readonly containers: readonly PodContainer[];
};

export type PodContainer = {
  readonly name: string;
  readonly role: Role;
  /** As the pod's spec names it, which webhooks and in-place edits can make differ from the template. */
  readonly image: string;
  /** `imageID` exactly as the runtime reported it; "" until there is one. See image/image-id.ts. */
  readonly imageId: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting: { readonly reason: string; readonly message: string } | null;
  /** How it ended: the state it is in now, else the last one. */
  readonly ended: { readonly reason: string; readonly exitCode: number } | null;
};

/** A ConfigMap, by its metadata alone: what is in it is never read. */
export type Config = {
  readonly what: "config";
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: "ConfigMap";
  readonly name: string;
  readonly uid: string;
  /** Its resourceVersion: another one with each change, also of a label. Equal or not, and nothing else. */
  readonly version: string;
  readonly createdAt: EpochMs;
  /**
   * When somebody who owns a key of it last wrote to it, `createdAt` where nobody does. Later than the last change of its data
   * where the same tool then wrote a label; earlier where a key was only taken away, which leaves no trace but the version.
   */
  readonly changedAt: EpochMs;
};

export type ClusterRecord = Workload | Revision | Pod | Config;

/** The kinds of object that records are made of, as in the API's paths. */
export type Resource =
  | "deployments"
  | "statefulsets"
  | "daemonsets"
  | "replicasets"
  | "controllerrevisions"
  | "pods"
  | "configmaps";

/** One list-and-watch of one kind of object, in one namespace or (null) in all. */
export type Stream = {
  readonly cluster: string;
  readonly of: Resource;
  readonly namespace: string | null;
};

export function resourceOf(record: ClusterRecord): Resource {
  switch (record.what) {
    case "workload":
      return workloadResources[record.kind];
    case "revision":
      return record.podLabel === null ? "replicasets" : "controllerrevisions";
    case "pod":
      return "pods";
    case "config":
      return "configmaps";
  }
}

const workloadResources = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
} as const satisfies Record<Workload["kind"], Resource>;

/** The streams that all we say of a workload of this kind rests on. */
export function resourcesBehind(kind: Workload["kind"]): readonly Resource[] {
  return [workloadResources[kind], kind === "Deployment" ? "replicasets" : "controllerrevisions", "pods"];
}

/**
 * Names a revision as its pods do: by their owner, or by their owner and label. Null for a pod that nobody owns.
 */
export function revisionKey(of: Revision | Pod): string | null {
  if (of.what === "revision") return of.podLabel === null ? of.uid : `${of.owner}/${of.podLabel}`;
  return of.revisionLabel === null ? of.owner : `${of.owner}/${of.revisionLabel}`;
}

/** What a cluster adapter tells the view. Nothing else ever changes it. */
export type Change =
  /** New, or changed since. */
  | { readonly kind: "put"; readonly record: ClusterRecord }
  | { readonly kind: "gone"; readonly what: ClusterRecord["what"]; readonly cluster: string; readonly uid: string }
  /** A whole list was read: whatever of this stream is not in `uids` is gone. */
  | { readonly kind: "listed"; readonly stream: Stream; readonly uids: ReadonlySet<string>; readonly at: EpochMs }
  /** The open stream said something, be it only a bookmark: all it told so far was true at `at`. */
  | { readonly kind: "heard"; readonly stream: Stream; readonly at: EpochMs }
  /** The stream is broken: what we know of it is as old as the last `listed` or `heard`. */
  | { readonly kind: "lost"; readonly stream: Stream; readonly because: string }
  /** The same, and the server has said why: we may not read this. */
  | { readonly kind: "denied"; readonly stream: Stream; readonly because: string };

export const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const satisfies readonly Workload["kind"][];
