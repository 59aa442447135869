import type { Reference } from "../check/material.ts";
import type { RawTemplate } from "../operation/live.ts";
import type { ConfigReference, TemplateContainer } from "../workload.ts";

/** What a pod template says, read from all of it as it came. What it should not look like is taken as not said. */

type Json = RawTemplate["json"];

/** In the order of the template: those that have to run first, then those that start before them. */
export function containersIn({ json }: RawTemplate): readonly TemplateContainer[] {
  const spec = at(json, "spec");
  const main = listAt(spec, "containers").map((it) => containerOf(it, "main"));
  const init = listAt(spec, "initContainers").map((it) =>
    containerOf(it, textAt(it, "restartPolicy") === "Always" ? "sidecar" : "init"),
  );
  return [...main, ...init].filter((it) => it.name !== "");
}

function containerOf(json: Json, role: TemplateContainer["role"]): TemplateContainer {
  return { name: textAt(json, "name") ?? "", role, image: textAt(json, "image") ?? "" };
}

/** Everything beside images that pods of the template need by name, each once. */
export function referencesIn({ json }: RawTemplate): readonly Reference[] {
  const spec = at(json, "spec");
  const containers = [...listAt(spec, "containers"), ...listAt(spec, "initContainers")];
  const all = [
    ...containers.flatMap(environmentOf),
    ...listAt(spec, "volumes").flatMap((it) => [...volumeOf(it), ...passwordOf(it)]),
    ...listAt(spec, "imagePullSecrets").flatMap((it) => named("Secret", textAt(it, "name"), true)), // pods start without
    ...named("ServiceAccount", textAt(spec, "serviceAccountName") ?? textAt(spec, "serviceAccount"), false),
    ...named("PriorityClass", textAt(spec, "priorityClassName"), false),
  ];
  const groups = Map.groupBy(all, (it) => `${it.kind}/${it.name}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, optional: group.every((it) => it.optional) }] : [];
  });
}

/** What its containers take their configuration from, in order of kind and name. */
export function configsIn({ json }: RawTemplate): readonly ConfigReference[] {
  const spec = at(json, "spec");
  const containers = [...listAt(spec, "containers"), ...listAt(spec, "initContainers")];
  const all = [...containers.flatMap(environmentOf), ...listAt(spec, "volumes").flatMap(volumeOf)];
  const distinct = new Map(all.map((it) => [`${it.kind}/${it.name}`, it]));
  const configs = [...distinct.values()].flatMap(({ kind, name }): readonly ConfigReference[] =>
    kind === "ConfigMap" || kind === "Secret" ? [{ kind, name }] : [],
  );
  return configs.toSorted((a, b) => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1));
}

/** An annotation of the template itself. */
export function noteIn({ json }: RawTemplate, key: string): string | null {
  return textAt(at(at(json, "metadata"), "annotations"), key);
}

function environmentOf(container: Json): readonly Reference[] {
  const single = listAt(container, "env").flatMap((it) => {
    const from = at(it, "valueFrom");
    return [...keyed("ConfigMap", at(from, "configMapKeyRef")), ...keyed("Secret", at(from, "secretKeyRef"))];
  });
  const whole = listAt(container, "envFrom").flatMap((it) => [
    ...keyed("ConfigMap", at(it, "configMapRef")),
    ...keyed("Secret", at(it, "secretRef")),
  ]);
  return [...single, ...whole];
}

function volumeOf(volume: Json): readonly Reference[] {
  const secret = at(volume, "secret");
  const sources = listAt(at(volume, "projected"), "sources");
  return [
    ...keyed("ConfigMap", at(volume, "configMap")),
    ...named("Secret", textAt(secret, "secretName"), isOptional(secret)),
    ...named("PersistentVolumeClaim", textAt(at(volume, "persistentVolumeClaim"), "claimName"), false),
    ...sources.flatMap((it) => [...keyed("ConfigMap", at(it, "configMap")), ...keyed("Secret", at(it, "secret"))]),
  ];
}

const drivers = ["cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"];

/** What the storage itself is opened with: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ */
function passwordOf(volume: Json): readonly Reference[] {
  return [
    ...keyed("Secret", at(at(volume, "csi"), "nodePublishSecretRef")),
    ...named("Secret", textAt(at(volume, "azureFile"), "secretName"), false),
    ...drivers.flatMap((it) => keyed("Secret", at(at(volume, it), "secretRef"))),
  ];
}

function keyed(kind: Reference["kind"], json: Json): readonly Reference[] {
  return named(kind, textAt(json, "name"), isOptional(json));
}

function named(kind: Reference["kind"], name: string | null, optional: boolean): readonly Reference[] {
  return name === null || name === "" ? [] : [{ kind, name, optional }];
}

function isOptional(json: Json): boolean {
  return at(json, "optional") === true;
}

function at(json: Json, key: string): Json {
  return isRecord(json) && Object.hasOwn(json, key) ? (json[key] ?? null) : null;
}

function textAt(json: Json, key: string): string | null {
  const value = at(json, key);
  return typeof value === "string" ? value : null;
}

function listAt(json: Json, key: string): readonly Json[] {
  const value = at(json, key);
  return isList(value) ? value : [];
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function isRecord(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === "object" && json !== null && !isList(json);
}
