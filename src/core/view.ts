import type { Digest } from "./image/reference.ts";
import { parseImageId } from "./image/image-id.ts";
import type { Change, ClusterRecord, EpochMs, Pod, Revision, Stream, Workload } from "./workload.ts";

/** Where to look: one cluster, and there some namespaces or (null) all of them. */
export type Place = { readonly cluster: string; readonly namespaces: readonly string[] | null };

/** How well we know what we say of a place. */
export type Freshness =
  /** The streams are open: `at` is when the quietest of them last spoke. */
  | { readonly state: "live"; readonly at: EpochMs }
  /** Read past the streams at `at`, for this one question. `because`: why the streams were not good enough. */
  | { readonly state: "asked"; readonly at: EpochMs; readonly because: string | null }
  /** Known as it was at `at`. */
  | { readonly state: "behind"; readonly at: EpochMs; readonly because: string }
  /** Not read since we started. `because` is null while the first reading is simply under way. */
  | { readonly state: "unread"; readonly because: string | null };

/** What we know of one workload: its revisions and pods, and the digests each revision was ever seen to run. */
export type Surroundings = {
  readonly revisions: readonly Revision[];
  readonly pods: readonly Pod[];
  seen(revision: Revision, container: string): readonly Digest[];
};

/** What the clusters look like now, as far as their streams have told. Only `apply` changes it. */
export type View = {
  apply(change: Change): void;
  all(places: readonly Place[]): readonly Workload[];
  /** By service, or by the workload's own name; case does not matter. */
  find(name: string, places: readonly Place[]): readonly Workload[];
  around(workload: Workload): Surroundings;
  freshness(cluster: string, namespace: string | null): Freshness;
};

type Known = {
  readonly workload: Map<string, Workload>;
  readonly revision: Map<string, Revision>;
  readonly pod: Map<string, Pod>;
  /** The uids of the revisions and pods that a uid controls. */
  readonly owned: Map<string, Set<string>>;
  /** Workloads by what people may call them, in lower case: the service, and the workload's own name. */
  readonly names: Map<string, Set<string>>;
  /** Digests by revision and container: kept while the revision is, longer than its pods. */
  readonly digests: Map<string, Map<string, Set<Digest>>>;
  readonly streams: Map<string, StreamState>;
};
type StreamState = { readonly stream: Stream; readonly at: EpochMs | null; readonly lost: string | null };

export function createView(): View {
  const clusters = new Map<string, Known>();

  function apply(change: Change): void {
    switch (change.kind) {
      case "put":
        return put(knownOf(change.record.cluster), change.record);
      case "gone":
        return remove(knownOf(change.cluster), change.what, change.uid);
      case "listed":
        sweep(knownOf(change.stream.cluster), change.stream, change.uids);
        return spoke(change.stream, { at: change.at, lost: null });
      case "heard":
        return spoke(change.stream, { at: change.at, lost: null });
      case "lost":
        return spoke(change.stream, { lost: change.because });
    }
  }

  function knownOf(cluster: string): Known {
    const known = clusters.get(cluster) ?? empty();
    clusters.set(cluster, known);
    return known;
  }

  function spoke(stream: Stream, news: Partial<StreamState>): void {
    const { streams } = knownOf(stream.cluster);
    const key = streamKey(stream.what, stream.namespace);
    streams.set(key, { stream, at: null, lost: null, ...streams.get(key), ...news });
  }

  function all(places: readonly Place[]): readonly Workload[] {
    return within(places, ({ workload }) => workload.values());
  }

  function find(name: string, places: readonly Place[]): readonly Workload[] {
    return within(places, ({ names, workload }) => pick(names.get(name.toLowerCase()), workload));
  }

  /** Each one once, also where places overlap. */
  function within(places: readonly Place[], candidates: (known: Known) => Iterable<Workload>): readonly Workload[] {
    const found = places.flatMap((place) => {
      const known = clusters.get(place.cluster);
      return known ? [...candidates(known)].filter((it) => isIn(place, it)) : [];
    });
    return [...new Set(found)];
  }

  function around({ cluster, uid }: Workload): Surroundings {
    const known = knownOf(cluster);
    const revisions = pick(known.owned.get(uid), known.revision);
    const owners = [uid, ...revisions.map((it) => it.uid)];
    const pods = owners.flatMap((owner) => pick(known.owned.get(owner), known.pod));
    return {
      revisions,
      pods,
      seen: (revision, container) => [...(known.digests.get(revision.uid)?.get(container) ?? [])],
    };
  }

  /** As well as we know the least known of the streams that an answer about this namespace rests on. */
  function freshness(cluster: string, namespace: string | null): Freshness {
    const streams = clusters.get(cluster)?.streams;
    const known = (["workload", "revision", "pod"] as const).map(
      (what) => streams?.get(streamKey(what, null)) ?? streams?.get(streamKey(what, namespace)),
    );
    const lost = known.find((it) => it !== undefined && it.lost !== null)?.lost ?? null;
    const times = known.map((it) => it?.at ?? null);
    if (times.includes(null)) return { state: "unread", because: lost };
    const at = Math.min(...times.flatMap((it) => it ?? []));
    return lost === null ? { state: "live", at } : { state: "behind", at, because: lost };
  }

  return { apply, all, find, around, freshness };
}

function empty(): Known {
  return {
    workload: new Map(),
    revision: new Map(),
    pod: new Map(),
    owned: new Map(),
    names: new Map(),
    digests: new Map(),
    streams: new Map(),
  };
}

function put(known: Known, record: ClusterRecord): void {
  const before = known[record.what].get(record.uid);
  if (before) unlink(known, before);
  switch (record.what) {
    case "workload":
      known.workload.set(record.uid, record);
      return namesOf(record).forEach((it) => join(known.names, it, record.uid));
    case "revision":
      known.revision.set(record.uid, record);
      return join(known.owned, record.owner, record.uid);
    case "pod":
      known.pod.set(record.uid, record);
      if (record.owner === null) return;
      join(known.owned, record.owner, record.uid);
      return remember(known, record.owner, record);
  }
}

/** What ran under a tag is only known from its pods, and must outlive them: it is what going back would need. */
function remember(known: Known, owner: string, pod: Pod): void {
  for (const { name, imageId } of pod.containers) {
    const id = parseImageId(imageId);
    if (id.kind !== "repoDigest") continue;
    const containers = known.digests.get(owner) ?? new Map<string, Set<Digest>>();
    known.digests.set(owner, containers);
    join(containers, name, id.digest);
  }
}

function remove(known: Known, what: ClusterRecord["what"], uid: string): void {
  const record = known[what].get(uid);
  if (!record) return;
  known[what].delete(uid);
  const owner = unlink(known, record);
  if (what === "revision") known.digests.delete(uid);
  const orphaned = owner !== null && !known.owned.has(owner) && !known.revision.has(owner);
  if (what === "pod" && orphaned) known.digests.delete(owner);
}

/** Takes the record out of the indexes; the answer is who owns it. */
function unlink(known: Known, record: ClusterRecord): string | null {
  if (record.what === "workload") namesOf(record).forEach((it) => leave(known.names, it, record.uid));
  else if (record.owner !== null) leave(known.owned, record.owner, record.uid);
  return record.what === "workload" ? null : record.owner;
}

function namesOf({ service, name }: Workload): readonly string[] {
  return [...new Set([service.toLowerCase(), name.toLowerCase()])];
}

function sweep(known: Known, stream: Stream, uids: ReadonlySet<string>): void {
  for (const record of known[stream.what].values()) {
    const covered = stream.namespace === null || stream.namespace === record.namespace;
    if (covered && !uids.has(record.uid)) remove(known, stream.what, record.uid);
  }
}

function pick<T>(uids: ReadonlySet<string> | undefined, records: ReadonlyMap<string, T>): readonly T[] {
  return [...(uids ?? [])].flatMap((uid) => records.get(uid) ?? []);
}

function isIn({ namespaces }: Place, { namespace }: Workload): boolean {
  return namespaces === null || namespaces.includes(namespace);
}

function streamKey(what: ClusterRecord["what"], namespace: string | null): string {
  return `${what}/${namespace ?? ""}`;
}

function join<T>(sets: Map<string, Set<T>>, key: string, member: T): void {
  const set = sets.get(key) ?? new Set<T>();
  sets.set(key, set.add(member));
}

function leave<T>(sets: Map<string, Set<T>>, key: string, member: T): void {
  const set = sets.get(key);
  set?.delete(member);
  if (set?.size === 0) sets.delete(key);
}
