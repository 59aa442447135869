import { isRecord } from "./json.ts";
import type { ManagedFields } from "./meta.ts";
import type { AnyObject, Objects } from "./object.ts";
import type { Container } from "./pod-template.ts";

/**
 * Who owns the image of which container: the one part of field ownership that is kept here. A manager owns an image
 * from the write that changed it until somebody else's write changes it again.
 */
export function ownImages<T extends Workload>(change: {
  readonly before: Workload | null;
  readonly after: T;
  readonly manager: string;
  readonly time: string;
}): T {
  const { before, after, manager, time } = change;
  const old = before ? imagesOf(before) : new Map<string, string>();
  const changed = [...imagesOf(after)].filter(([key, image]) => old.get(key) !== image).map(([key]) => key);
  const present = new Set(imagesOf(after).keys());

  const entries = before?.metadata.managedFields ?? [];
  const kept = entries.flatMap((it) => {
    const owned = ownedBy(it).filter((key) => present.has(key) && (!changed.includes(key) || isMine(it, manager)));
    const all = isMine(it, manager) ? [...new Set([...owned, ...changed])] : owned;
    return all.length === 0
      ? []
      : [entry({ ...it, time: isMine(it, manager) && changed.length > 0 ? time : it.time }, all)];
  });
  const mine = kept.some((it) => isMine(it, manager)) || changed.length === 0;
  const added = mine ? [] : [entry({ manager, operation: "Update", apiVersion: after.apiVersion, time }, changed)];
  return { ...after, metadata: { ...after.metadata, managedFields: [...kept, ...added] } };
}

/** What a request that names no field manager is known as. */
export function managerOf(query: URLSearchParams, userAgent: string | undefined): string {
  return query.get("fieldManager") || (userAgent ?? "").split("/")[0] || "unknown";
}

function isMine(it: ManagedFields, manager: string): boolean {
  return it.manager === manager && it.operation === "Update" && it.subresource === undefined;
}

type Workload = Objects["deployments" | "replicasets" | "statefulsets" | "daemonsets"];
type List = "containers" | "initContainers";

function imagesOf({ spec }: Workload): Map<string, string> {
  const { containers, initContainers = [] } = spec.template.spec;
  return new Map([...named("containers", containers), ...named("initContainers", initContainers)]);
}

function named(list: List, containers: readonly Container[]): [string, string][] {
  return containers.map(({ name, image }) => [`${list}/${name}`, image]);
}

function ownedBy({ fieldsV1 }: ManagedFields): readonly string[] {
  const lists = dig(fieldsV1, ["f:spec", "f:template", "f:spec"]);
  return (["containers", "initContainers"] as const).flatMap((list) =>
    Object.entries(dig(lists, [`f:${list}`])).flatMap(([key, fields]) => {
      const [, name] = /^k:\{"name":"(.*)"\}$/.exec(key) ?? [];
      return name !== undefined && isRecord(fields) && "f:image" in fields ? [`${list}/${name}`] : [];
    }),
  );
}

function dig(value: unknown, path: readonly string[]): Record<string, unknown> {
  const found = path.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), value);
  return isRecord(found) ? found : {};
}

type Head = Pick<ManagedFields, "manager" | "operation" | "apiVersion" | "time">;

function entry({ manager, operation, apiVersion, time }: Head, owned: readonly string[]): ManagedFields {
  const lists: Record<string, Record<string, object>> = {};
  for (const key of owned) {
    const [list = "", name = ""] = key.split("/");
    (lists[`f:${list}`] ??= {})[`k:{"name":"${name}"}`] = { ".": {}, "f:image": {}, "f:name": {} };
  }
  const fieldsV1 = { "f:spec": { "f:template": { "f:spec": lists } } };
  return { manager, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1 };
}

const workloadKinds: ReadonlySet<string> = new Set(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]);

export function hasTemplate(it: AnyObject): it is Workload {
  return workloadKinds.has(it.kind);
}
