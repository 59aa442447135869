import type { AnyObject, Objects } from "./object.ts";
import type { Plural } from "./resource.ts";

/** One write, as watches tell it. A deleted object carries the revision of its deletion. */
export type Change = {
  readonly revision: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly plural: Plural;
  readonly object: AnyObject;
  readonly previous: AnyObject | null;
};

export type Store = ReturnType<typeof createStore>;

/** Who wants to hear of a change hears of it at once, in order. Objects are replaced, never changed in place. */
export function createStore({ keep = 20_000 }: { keep?: number } = {}) {
  const tables: { readonly [P in Plural]: Map<string, Objects[P]> } = {
    deployments: new Map(),
    replicasets: new Map(),
    statefulsets: new Map(),
    daemonsets: new Map(),
    controllerrevisions: new Map(),
    pods: new Map(),
    configmaps: new Map(),
    events: new Map(),
    namespaces: new Map(),
    nodes: new Map(),
    secrets: new Map(),
    serviceaccounts: new Map(),
    persistentvolumeclaims: new Map(),
    resourcequotas: new Map(),
    jobs: new Map(),
    horizontalpodautoscalers: new Map(),
    priorityclasses: new Map(),
    applications: new Map(),
  };
  const listeners = new Set<(change: Change) => void>();
  let history: Change[] = [];
  let revision = 100;
  /** Nothing is known any more of what happened up to here. */
  let compacted = revision;

  function get<P extends Plural>(plural: P, namespace: string | null, name: string): Objects[P] | undefined {
    return tables[plural].get(keyOf(namespace ?? undefined, name));
  }

  function list<P extends Plural>(plural: P, namespace: string | null = null): readonly Objects[P][] {
    const all = [...tables[plural].values()];
    return namespace === null ? all : all.filter((it) => it.metadata.namespace === namespace);
  }

  function put<P extends Plural>(plural: P, object: Objects[P]): Objects[P] {
    const key = keyOfObject(object);
    const previous = tables[plural].get(key) ?? null;
    revision += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    tables[plural].set(key, stored);
    tell({ revision, type: previous ? "MODIFIED" : "ADDED", plural, object: stored, previous });
    return stored;
  }

  function remove<P extends Plural>(plural: P, { metadata }: { readonly metadata: Objects[P]["metadata"] }): void {
    const key = keyOf(metadata.namespace, metadata.name);
    const previous = tables[plural].get(key);
    if (previous?.metadata.uid !== metadata.uid) return;
    tables[plural].delete(key);
    revision += 1;
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
    tell({ revision, type: "DELETED", plural, object, previous });
  }

  function tell(change: Change): void {
    history.push(change);
    if (history.length > keep) forget(history[Math.floor(keep / 2)]?.revision ?? revision);
    for (const listener of listeners) listener(change);
  }

  /** Drops the history up to a revision, as compaction does. */
  function forget(upTo: number): void {
    compacted = upTo;
    history = history.filter((it) => it.revision > upTo);
  }

  /** The collection as it was at a revision, in the order of its keys; null when that is forgotten. */
  function listAt(plural: Plural, at: number): readonly AnyObject[] | null {
    if (at < compacted && at < revision) return null;
    const then = new Map<string, AnyObject>(tables[plural]);
    for (const change of history.toReversed()) {
      if (change.revision <= at) break;
      if (change.plural !== plural) continue;
      if (change.previous === null) then.delete(keyOfObject(change.object));
      else then.set(keyOfObject(change.object), change.previous);
    }
    return [...then].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** What happened to a collection after a revision; null when part of that is forgotten. */
  function since(plural: Plural, after: number): readonly Change[] | null {
    if (after < compacted) return null;
    return history.filter((it) => it.revision > after && it.plural === plural);
  }

  function subscribe(listener: (change: Change) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    get,
    list,
    put,
    remove,
    listAt,
    since,
    subscribe,
    revision: () => revision,
    /** Forgets all history: every older revision has expired. */
    compact() {
      revision += 1; // else the newest revision handed out would still be good
      forget(revision);
    },
  };
}

export function keyOfObject({
  metadata,
}: {
  readonly metadata: { namespace?: string | undefined; name: string };
}): string {
  return keyOf(metadata.namespace, metadata.name);
}

function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
