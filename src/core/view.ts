import {
  configKey,
  empty,
  type Known,
  put,
  remove,
  revisionKeyOf,
  type StreamState,
  sweep,
  touchConfigured,
} from "./view/known.ts";
import type { Digest } from "./image/reference.ts";
import { pick } from "./view/members.ts";
import {
  type Change,
  type Config,
  type EpochMs,
  type Pod,
  type Resource,
  resourcesBehind,
  type Revision,
  type Stream,
  type Workload,
  workloadKinds,
} from "./workload.ts";

/** Where to look: one cluster, and there some namespaces or (null) all of them. */
export type Place = { readonly cluster: string; readonly namespaces: readonly string[] | null };

/** How well we know what we say of a place. */
export type Freshness =
  /** The streams are open: `at` is when the quietest of them last spoke. */
  | { readonly state: "live"; readonly at: EpochMs }
  /** The same of all that we may read: these kinds of workload we may not. */
  | { readonly state: "partial"; readonly at: EpochMs; readonly denied: readonly Workload["kind"][] }
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
  /** The same workload as it is known by now, null when it is gone. */
  latest(workload: Workload): Workload | null;
  around(workload: Workload): Surroundings;
  /** Of one kind of workload, or of all. */
  freshness(cluster: string, namespace: string | null, kind?: Workload["kind"]): Freshness;
  /** The ConfigMap of that name, null where none is known. No answer's freshness depends on it. */
  config(cluster: string, namespace: string, name: string): Config | null;
  /** Whether a null of `config` means that there is no such ConfigMap. False: nobody can tell. */
  configsKnown(cluster: string, namespace: string): boolean;
};

type Options = {
  /**
   * Called after a change, once for each workload that it was about: the workload itself, one of its revisions or pods, or a
   * ConfigMap that its template names (that it is there, how it is, or that this can now be told). One that is gone comes as it
   * was known last. Runs for each of them in a
   * cluster: it has to be quick.
   */
  readonly touched?: (workload: Workload) => void;
};

export function createView({ touched = () => {} }: Options = {}): View {
  const clusters = new Map<string, Known>();

  function apply(change: Change): void {
    take(change);
    const about = knownOf(clusterOf(change)).touched;
    if (about.size === 0) return;
    const workloads = [...about.values()];
    about.clear();
    for (const it of workloads) touched(it);
  }

  function take(change: Change): void {
    switch (change.kind) {
      case "put":
        return put(knownOf(change.record.cluster), change.record);
      case "gone":
        return remove(knownOf(change.cluster), change.what, change.uid);
      case "listed":
        sweep(knownOf(change.stream.cluster), change.stream, change.uids);
        return spoke(change.stream, { at: change.at, lost: null, denied: false });
      case "heard":
        return spoke(change.stream, { at: change.at, lost: null, denied: false });
      case "lost":
        return spoke(change.stream, { lost: change.because });
      case "denied":
        return spoke(change.stream, { lost: change.because, denied: true });
    }
  }

  function knownOf(cluster: string): Known {
    const known = clusters.get(cluster) ?? empty();
    clusters.set(cluster, known);
    return known;
  }

  function spoke(stream: Stream, news: Partial<StreamState>): void {
    const known = knownOf(stream.cluster);
    const { streams } = known;
    const key = streamKey(stream.of, stream.namespace);
    const before = streams.get(key);
    const now = { stream, at: null, lost: null, denied: false, ...before, ...news };
    streams.set(key, now);
    if (stream.of === "configmaps" && isRead(now) && !isRead(before)) touchConfigured(known, stream.namespace);
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

  function latest({ cluster, uid }: Workload): Workload | null {
    return knownOf(cluster).workload.get(uid) ?? null;
  }

  function around({ cluster, uid }: Workload): Surroundings {
    const known = knownOf(cluster);
    const revisions = pick(known.owned.get(uid), known.revision);
    const owners = [uid, ...revisions.map((it) => it.uid)];
    const pods = owners.flatMap((owner) => pick(known.owned.get(owner), known.pod));
    return {
      revisions,
      pods,
      seen: (revision, container) =>
        (known.digests.get(revisionKeyOf(revision)) ?? []).flatMap((it) =>
          it.container === container ? it.digest : [],
        ),
    };
  }

  function config(cluster: string, namespace: string, name: string): Config | null {
    const known = clusters.get(cluster);
    if (!known) return null;
    const [newest = null] = pick(known.configs.get(configKey({ namespace, name })), known.config).toReversed();
    return newest;
  }

  function configsKnown(cluster: string, namespace: string): boolean {
    const streams = clusters.get(cluster)?.streams;
    return [null, namespace].some((it) => isRead(streams?.get(streamKey("configmaps", it))));
  }

  /** As well as we know the least known of the streams that an answer about this namespace rests on. */
  function freshness(cluster: string, namespace: string | null, kind?: Workload["kind"]): Freshness {
    const stateOf = (of: Resource): StreamState | undefined => {
      const streams = clusters.get(cluster)?.streams;
      return streams?.get(streamKey(of, null)) ?? streams?.get(streamKey(of, namespace));
    };
    if (kind !== undefined) return least(resourcesBehind(kind).map(stateOf));
    const denied = workloadKinds.filter((it) => resourcesBehind(it).some((of) => isDenied(stateOf(of))));
    if (denied.length === 0 || denied.length === workloadKinds.length) return least(allResources.map(stateOf));
    const rest = workloadKinds.filter((it) => !denied.includes(it)).flatMap(resourcesBehind);
    const seen = least(rest.map(stateOf));
    return seen.state === "live" ? { state: "partial", at: seen.at, denied } : seen;
  }

  return { apply, all, find, latest, around, freshness, config, configsKnown };
}

function clusterOf(change: Change): string {
  if (change.kind === "put") return change.record.cluster;
  return change.kind === "gone" ? change.cluster : change.stream.cluster;
}

/** What a stream told before it broke may have changed since. */
function isRead(state: StreamState | undefined): boolean {
  return state !== undefined && state.at !== null && state.lost === null;
}

function least(known: readonly (StreamState | undefined)[]): Freshness {
  const lost = known.find((it) => it !== undefined && it.lost !== null)?.lost ?? null;
  const times = known.map((it) => it?.at ?? null);
  if (times.includes(null)) return { state: "unread", because: lost };
  const at = Math.min(...times.flatMap((it) => it ?? []));
  return lost === null ? { state: "live", at } : { state: "behind", at, because: lost };
}

/** What was read before is known still, as it was then: rights that were taken away are a stream that broke. */
function isDenied(state: StreamState | undefined): boolean {
  return state !== undefined && state.denied && state.at === null;
}

const allResources = [...new Set(workloadKinds.flatMap(resourcesBehind))];

function isIn({ namespaces }: Place, { namespace }: Workload): boolean {
  return namespaces === null || namespaces.includes(namespace);
}

function streamKey(of: Resource, namespace: string | null): string {
  return `${of}/${namespace ?? ""}`;
}
