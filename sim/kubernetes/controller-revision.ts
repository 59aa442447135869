import { randomUUID } from "node:crypto";
import { isRecord, same, shortHash } from "./json.ts";
import { controllerOf, timestamp } from "./meta.ts";
import { ownerReference } from "./owned-pod.ts";
import { PodTemplate } from "./pod-template.ts";
import type { ControllerRevision, DaemonSet, StatefulSet } from "./revisioned.ts";
import type { Store } from "./store.ts";

type World = { readonly store: Store; readonly now: () => number };
type Owner = StatefulSet | DaemonSet;

/** What pods carry: a DaemonSet's the hash, a StatefulSet's the revision's name. */
export const revisionLabel = "controller-revision-hash";
const hashKeys = { StatefulSet: "controller.kubernetes.io/hash", DaemonSet: revisionLabel } as const;

export function podLabelOf({ kind }: Owner, { metadata }: ControllerRevision): string {
  return kind === "StatefulSet" ? metadata.name : (metadata.labels?.[revisionLabel] ?? "");
}

export function revisionsOf(store: Store, { metadata }: Owner): readonly ControllerRevision[] {
  const all = store.list("controllerrevisions", metadata.namespace ?? "");
  return all.filter((it) => controllerOf(it) === metadata.uid).toSorted((a, b) => a.revision - b.revision);
}

export function templateOf({ data }: ControllerRevision): PodTemplate {
  const spec = isRecord(data) ? data["spec"] : null;
  const { $patch: _directive, ...template } = Object(isRecord(spec) ? spec["template"] : null);
  return PodTemplate.parse(template);
}

/** The revision of the owner's template: found and given the highest number again, or made. */
export function haveRevision({ store, now }: World, owner: Owner): ControllerRevision {
  const all = revisionsOf(store, owner);
  const next = (all.at(-1)?.revision ?? 0) + 1;
  const equal = all.findLast((it) => same(templateOf(it), owner.spec.template));
  if (equal && equal === all.at(-1)) return equal;
  if (equal) return store.put("controllerrevisions", { ...equal, revision: next });
  return store.put("controllerrevisions", newRevision(owner, next, now()));
}

/** Its annotations are the owner's as of now, and stay that way. */
function newRevision(owner: Owner, revision: number, now: number): ControllerRevision {
  const { name, namespace, annotations } = owner.metadata;
  const { template } = owner.spec;
  const hash = shortHash(template, 10);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: timestamp(now),
      labels: { ...template.metadata.labels, [hashKeys[owner.kind]]: hash },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    data: { spec: { template: { $patch: "replace", ...template } } },
    revision,
  };
}

/** Revisions beyond the limit go, the lowest first, but none that a pod is of or is to be of. */
export function pruneRevisions({ store }: World, owner: Owner, live: ReadonlySet<string>): void {
  const unused = revisionsOf(store, owner).filter((it) => !live.has(podLabelOf(owner, it)));
  const surplus = Math.max(0, unused.length - owner.spec.revisionHistoryLimit);
  for (const it of unused.slice(0, surplus)) store.remove("controllerrevisions", it);
}
