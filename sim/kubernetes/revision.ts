import { same } from "./json.ts";
import type { Deployment, ReplicaSet } from "./object.ts";
import type { PodTemplate } from "./pod-template.ts";
import { allowedSurge } from "./rolling.ts";

const prefix = "deployment.kubernetes.io";
export const revisionKey = `${prefix}/revision`;
const historyKey = `${prefix}/revision-history`;
export const desiredKey = `${prefix}/desired-replicas`;
const maxKey = `${prefix}/max-replicas`;
export const hashLabel = "pod-template-hash";

/** Annotations that say something about the Deployment alone. */
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionKey,
  historyKey,
  desiredKey,
  maxKey,
  "deprecated.deployment.rollback.to",
]);

type Notes = Readonly<Record<string, string>>;

/** The ReplicaSet that has the Deployment's template already, the oldest where there are several. */
export function findCurrent(deployment: Deployment, owned: readonly ReplicaSet[]): ReplicaSet | undefined {
  return owned
    .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
    .find((it) => same(withoutHash(it.spec.template), withoutHash(deployment.spec.template)));
}

export function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _hash, ...labels } = template.metadata.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function revisionOf(it: { readonly metadata: { readonly annotations?: Notes | undefined } }): number {
  return Number(it.metadata.annotations?.[revisionKey] ?? 0) || 0;
}

/** The annotations that a current ReplicaSet should have: the Deployment's, and a revision above all old ones. */
export function currentNotes(deployment: Deployment, current: ReplicaSet | null, old: readonly ReplicaSet[]): Notes {
  const had: Notes = current?.metadata.annotations ?? {};
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  const next = Math.max(0, ...old.map(revisionOf)) + 1;
  const before = current ? revisionOf(current) : 0;
  const notes = { ...had, ...Object.fromEntries(copied), ...(current ? {} : replicaNotes(deployment)) };
  if (before >= next) return notes;

  const history = [had[historyKey], had[revisionKey]].filter((it) => it !== undefined && it !== "").join(",");
  return { ...notes, [revisionKey]: String(next), ...(history === "" ? {} : { [historyKey]: history }) };
}

export function replicaNotes(deployment: Deployment): Notes {
  const { replicas } = deployment.spec;
  return { [desiredKey]: String(replicas), [maxKey]: String(replicas + allowedSurge(deployment)) };
}
