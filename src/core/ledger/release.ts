import type { Digest } from "../image/reference.ts";
import type { Provenance } from "../provenance/evidence.ts";
import type { Trouble } from "../trouble.ts";
import type { EpochMs, Role, Workload } from "../workload.ts";

/** Which workload a history is of. The cluster is known by its identity: its name in our configuration may change. */
export type Subject = {
  /** The uid of the cluster's namespace kube-system. */
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: Workload["kind"];
  readonly name: string;
};

/** One period in which one revision of a workload, with one state of its configuration, was the one it should run. */
export type Release = {
  readonly of: Subject;
  /** The workload's: one that was deleted and made again has another. */
  readonly uid: string;
  readonly service: string;
  readonly kind: Kind;
  readonly revision: ReleasedRevision;
  /** As the template has them: what was injected into pods is no part of a release. */
  readonly containers: readonly ReleasedContainer[];
  readonly configs: readonly ReleasedConfig[];
  /** No two releases of a workload have the same, so that it names the release. */
  readonly start: Moment;
  readonly end: End | null;
  readonly outcome: Outcome;
  readonly provenance: Provenance;
};

export type Kind =
  /** Another image than before. */
  | "deploy"
  /** A revision from before the last one came back. */
  | "rollback"
  /** The same images and references to configuration: only the pods are new. */
  | "restart"
  /** The same images with another configuration. */
  | "configuration";

export type ReleasedRevision = {
  readonly uid: string;
  readonly name: string;
  readonly number: number;
  /** When this template first ran: long ago, for one that came back. */
  readonly createdAt: EpochMs;
  /** Two templates of a workload are the same exactly when these are. */
  readonly template: string;
  /** What `kubectl rollout restart` wrote into the template, null for never. */
  readonly restartedAt: string | null;
};

export type ReleasedContainer = {
  readonly name: string;
  readonly role: Role;
  /** The reference in the template, as it was written. */
  readonly image: string;
  /** Each one that a pod of this release was seen to run, or that the template names. What a tag stood for then. */
  readonly digests: readonly Digest[];
};

export type ReleasedConfig = {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly is: ConfigState;
};

export type ConfigState =
  | { readonly state: "there"; readonly uid: string; readonly version: string; readonly changedAt: EpochMs }
  | { readonly state: "absent" }
  /** Secrets are not read at all, and ConfigMaps only where we may. */
  | { readonly state: "unread" };

/** It happened at `at`; or, where nobody was looking, after `notBefore` and by `at`. */
export type Moment = { readonly at: EpochMs; readonly notBefore: EpochMs | null };

/** `by`: what replaced it; null where the workload went away. */
export type End = Moment & {
  readonly because: "replaced" | "gone" | "made anew";
  readonly by: Kind | null;
  /** Left out: no operation of ours did it. */
  readonly takenBack?: TakenBack;
};

/** The name of whoever confirmed it, and why, in their own words. */
export type TakenBack = { readonly operator: string; readonly reason: string };

export type Outcome =
  /** Nobody saw how it did: it ended unseen, or there was no pod of it to see. */
  | { readonly state: "unseen" }
  | { readonly state: "pending" }
  /** All pods ready on the images of this release, since we saw it or the controller said so. */
  | { readonly state: "healthy"; readonly since: EpochMs; readonly earlierMs: number }
  /** `earlierMs`: how long it was healthy before, 0 for never. */
  | { readonly state: "failed"; readonly at: EpochMs; readonly because: Failure; readonly earlierMs: number };

export type Failure = Pick<Trouble, "container" | "reason" | "exitCode"> & {
  /** Null: it is not about one pod. */
  readonly pod: string | null;
  /** In Kubernetes' own words; "" where it said nothing more. */
  readonly message: string;
  /** The pod is of an older revision: the rollout goes on once somebody deletes it, and not before. */
  readonly left: boolean;
};

/** One that has ended already stays as it is. */
export function ended(release: Release, end: End): Release {
  return release.end === null ? { ...release, end } : release;
}

/** How long its pods were ready altogether, in milliseconds. */
export function healthyMs({ outcome, end }: Release, now: EpochMs): number {
  switch (outcome.state) {
    case "healthy":
      return outcome.earlierMs + Math.max(0, (end?.at ?? now) - outcome.since);
    case "failed":
      return outcome.earlierMs;
    case "unseen":
    case "pending":
      return 0;
  }
}

/** Names a workload's history in the store: `<cluster>/<namespace>/<kind>/<name>`, none of which has a slash in it. */
export function nameOf({ cluster, namespace, kind, name }: Subject): string {
  return [cluster, namespace, kind, name].join("/");
}

/** Null when it is no such name. */
export function subjectOf(text: string): Subject | null {
  const [cluster, namespace, kind, name, ...more] = text.split("/");
  const isKind = kind === "Deployment" || kind === "StatefulSet" || kind === "DaemonSet";
  return cluster && namespace && isKind && name && more.length === 0 ? { cluster, namespace, kind, name } : null;
}
