import { isRecord } from "./json.ts";
import type { ManagedFields, Meta } from "./meta.ts";

/** What of one kind of object is kept track of: each field by a key of its own, and how managedFields write it down. */
export type Fields<T> = {
  valuesOf(object: T): ReadonlyMap<string, string>;
  ownedBy(entry: ManagedFields): readonly string[];
  written(keys: readonly string[]): Record<string, unknown>;
};

type Object = { readonly apiVersion: string; readonly metadata: Meta };

/** A manager owns a field from the write that changed it until somebody else's write changes it again. */
export function ownFields<T extends Object>(
  { valuesOf, ownedBy, written }: Fields<T>,
  change: { readonly before: T | null; readonly after: T; readonly manager: string; readonly time: string },
): T {
  const { before, after, manager, time } = change;
  const old = before ? valuesOf(before) : new Map<string, string>();
  const present = valuesOf(after);
  const changed = [...present].filter(([key, value]) => old.get(key) !== value).map(([key]) => key);
  const entry = (of: Head, keys: readonly string[]): ManagedFields => {
    const { manager: name, operation, apiVersion, time: at } = of;
    return { manager: name, operation, apiVersion, time: at, fieldsType: "FieldsV1", fieldsV1: written(keys) };
  };

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

type Head = Pick<ManagedFields, "manager" | "operation" | "apiVersion" | "time">;

/** What a request that names no field manager is known as. */
export function managerOf(query: URLSearchParams, userAgent: string | undefined): string {
  return query.get("fieldManager") || (userAgent ?? "").split("/")[0] || "unknown";
}

function isMine(it: ManagedFields, manager: string): boolean {
  return it.manager === manager && it.operation === "Update" && it.subresource === undefined;
}

export function dig(value: unknown, path: readonly string[]): Record<string, unknown> {
  const found = path.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), value);
  return isRecord(found) ? found : {};
}
