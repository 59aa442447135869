import { randomUUID } from "node:crypto";
import { controllerOf, timestamp } from "./meta.ts";
import { type AnyObject, Pod } from "./object.ts";
import type { PodTemplate } from "./pod-template.ts";
import type { Store } from "./store.ts";

/** What all controllers of pods have in common. */

type Owner = { readonly apiVersion: string; readonly kind: string; readonly metadata: AnyObject["metadata"] };

export function podsOf(store: Store, { metadata }: Owner): readonly Pod[] {
  return store.list("pods", metadata.namespace ?? "").filter((it) => controllerOf(it) === metadata.uid);
}

export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status.phase !== "Failed" && status.phase !== "Succeeded";
}

export function isReady({ status }: Pod): boolean {
  return status.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false;
}

/** How many of these have been ready for so long. */
export function available(ready: readonly Pod[], minReadySeconds: number | undefined, now: number): readonly Pod[] {
  if (!minReadySeconds) return ready;
  return ready.filter((it) => readySince(it) <= now - minReadySeconds * 1000);
}

function readySince({ status }: Pod): number {
  return Date.parse(status.conditions?.find((it) => it.type === "Ready")?.lastTransitionTime ?? "");
}

export function ownerReference({ apiVersion, kind, metadata: { name, uid } }: Owner) {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

type Making = {
  readonly owner: Owner;
  readonly template: PodTemplate;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
  readonly now: number;
};

export function newPod({ owner, template, name, labels = {}, nodeName, now }: Making): Pod {
  const { annotations } = template.metadata;
  return Pod.parse({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      uid: randomUUID(),
      resourceVersion: "",
      generation: 1,
      creationTimestamp: timestamp(now),
      labels: { ...template.metadata.labels, ...labels },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...template.spec, ...(nodeName === undefined ? {} : { nodeName }) },
  });
}
