import type { Json } from "../operation/live.ts";
import type { Reference } from "./material.ts";

/**
 * What a pod template names beside its images, each once: pods do not start without it, unless every place that names it says
 * that they do. A Secret that images are pulled with counts: without it they can be pulled from public repositories alone.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export function referencesOf(template: Json): readonly Reference[] {
  const spec = field(template, "spec");
  const containers = [...list(spec, "initContainers"), ...list(spec, "containers")];
  const all = [
    ...containers.flatMap(ofContainer),
    ...list(spec, "volumes").flatMap(ofVolume),
    ...list(spec, "imagePullSecrets").flatMap((it) => named("Secret", it)),
    ...named("ServiceAccount", spec, "serviceAccountName"),
    ...named("PriorityClass", spec, "priorityClassName"),
  ];
  const once = new Map<string, Reference>();
  for (const it of all) {
    const key = `${it.kind}/${it.name}`;
    const before = once.get(key);
    once.set(key, before ? { ...it, optional: it.optional && before.optional } : it);
  }
  return [...once.values()];
}

function ofContainer(container: Json): readonly Reference[] {
  return [
    ...list(container, "env").flatMap((it) => {
      const from = field(it, "valueFrom");
      return [...named("ConfigMap", field(from, "configMapKeyRef")), ...named("Secret", field(from, "secretKeyRef"))];
    }),
    ...list(container, "envFrom").flatMap((it) => [
      ...named("ConfigMap", field(it, "configMapRef")),
      ...named("Secret", field(it, "secretRef")),
    ]),
  ];
}

/** Storage of other makers takes its password from a Secret too. */
const drivers = ["cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"] as const;

function ofVolume(volume: Json): readonly Reference[] {
  return [
    ...named("ConfigMap", field(volume, "configMap")),
    ...named("Secret", field(volume, "secret"), "secretName"),
    ...named("PersistentVolumeClaim", field(volume, "persistentVolumeClaim"), "claimName"),
    ...list(field(volume, "projected"), "sources").flatMap((it) => [
      ...named("ConfigMap", field(it, "configMap")),
      ...named("Secret", field(it, "secret")),
    ]),
    ...named("Secret", field(field(volume, "csi"), "nodePublishSecretRef")),
    ...named("Secret", field(volume, "azureFile"), "secretName"),
    ...drivers.flatMap((it) => named("Secret", field(field(volume, it), "secretRef"))),
  ];
}

function named(kind: Reference["kind"], at: Json | undefined, key = "name"): readonly Reference[] {
  const name = field(at, key);
  if (typeof name !== "string" || name === "") return [];
  return [{ kind, name, optional: field(at, "optional") === true }];
}

function list(at: Json | undefined, key: string): readonly Json[] {
  const found = field(at, key);
  return isList(found) ? found : [];
}

function field(at: Json | undefined, key: string): Json | undefined {
  if (typeof at !== "object" || at === null || isList(at)) return undefined;
  return Object.hasOwn(at, key) ? at[key] : undefined;
}

function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}
