import { parseImageId } from "../image/image-id.ts";
import type { Digest } from "../image/reference.ts";
import { join, leave, type Members, pick } from "./members.ts";
import { isSame } from "./same.ts";
import {
  type ClusterRecord,
  type Config,
  type EpochMs,
  type Pod,
  type Resource,
  resourceOf,
  type Revision,
  revisionKey,
  type Stream,
  type Workload,
} from "../workload.ts";

/** What is known of one cluster, and the indexes that lead from a name to all that belongs to it. */
export type Known = {
  readonly workload: Map<string, Workload>;
  readonly revision: Map<string, Revision>;
  readonly pod: Map<string, Pod>;
  readonly config: Map<string, Config>;
  /** The uids of the revisions and pods that a uid controls. */
  readonly owned: Members;
  /** Workloads by what people may call them, in lower case: the service, and the workload's own name. */
  readonly names: Members;
  /** How many there are of a revision and its pods, by the key of the revision. */
  readonly members: Map<string, number>;
  /** What ran, by key of the revision: kept while the revision is, longer than its pods. Nearly always one digest. */
  readonly digests: Map<string, readonly Seen[]>;
  /** The uids of ConfigMaps by namespace and name. One that was made anew can be known before the old one is gone. */
  readonly configs: Members;
  /** The uids of the workloads whose template names a ConfigMap, by namespace and name of that. */
  readonly configured: Members;
  readonly streams: Map<string, StreamState>;
  /** The workloads that the change under way is about, each as it was known last. */
  readonly touched: Map<string, Workload>;
};
type Seen = { readonly container: string; readonly digest: Digest };
export type StreamState = {
  readonly stream: Stream;
  readonly at: EpochMs | null;
  readonly lost: string | null;
  /** The server's last word was that we may not read this. */
  readonly denied: boolean;
};

export function empty(): Known {
  return {
    workload: new Map(),
    revision: new Map(),
    pod: new Map(),
    config: new Map(),
    owned: new Map(),
    names: new Map(),
    members: new Map(),
    digests: new Map(),
    configs: new Map(),
    configured: new Map(),
    streams: new Map(),
    touched: new Map(),
  };
}

export function put(known: Known, record: ClusterRecord): void {
  const before = known[record.what].get(record.uid);
  if (isSame(before, record)) return; // a list tells again what is known: nobody has to look at it anew
  if (before) {
    touch(known, before);
    unlink(known, before);
  }
  link(known, record);
  touch(known, record);
}

function link(known: Known, record: ClusterRecord): void {
  switch (record.what) {
    case "workload":
      known.workload.set(record.uid, record);
      namesOf(record).forEach((it) => join(known.names, it, record.uid));
      return configKeysOf(record).forEach((it) => join(known.configured, it, record.uid));
    case "revision":
      known.revision.set(record.uid, record);
      join(known.owned, record.owner, record.uid);
      return count(known.members, revisionKeyOf(record), 1);
    case "pod":
      known.pod.set(record.uid, record);
      if (record.owner === null) return;
      join(known.owned, record.owner, record.uid);
      count(known.members, revisionKeyOf(record), 1);
      return remember(known, record);
    case "config":
      known.config.set(record.uid, record);
      return join(known.configs, configKey(record), record.uid);
  }
}

/** What ran under a tag is only known from its pods, and must outlive them: it is what going back would need. */
function remember(known: Known, pod: Pod): void {
  const key = revisionKeyOf(pod);
  for (const { name: container, imageId } of pod.containers) {
    const seen = known.digests.get(key) ?? [];
    const isKnown = seen.some((it) => it.container === container && imageId.endsWith(it.digest));
    const id = isKnown ? null : parseImageId(imageId); // most pods run what another of their revision does
    if (id?.kind === "repoDigest") known.digests.set(key, [...seen, { container, digest: id.digest }]);
  }
}

export function remove(known: Known, what: ClusterRecord["what"], uid: string): void {
  const record = known[what].get(uid);
  if (!record) return;
  touch(known, record);
  known[what].delete(uid);
  unlink(known, record);
  if (record.what === "workload" || record.what === "config") return;
  const isLast = !known.members.has(revisionKeyOf(record));
  if (record.what === "revision" || isLast) known.digests.delete(revisionKeyOf(record));
}

function unlink(known: Known, record: ClusterRecord): void {
  if (record.what === "workload") {
    namesOf(record).forEach((it) => leave(known.names, it, record.uid));
    return configKeysOf(record).forEach((it) => leave(known.configured, it, record.uid));
  }
  if (record.what === "config") return leave(known.configs, configKey(record), record.uid);
  if (record.owner === null) return;
  leave(known.owned, record.owner, record.uid);
  count(known.members, revisionKeyOf(record), -1);
}

/** Notes whom this is about, while the links that lead there are up. Of an owner that is not known, its arrival will tell. */
function touch(known: Known, record: ClusterRecord): void {
  if (record.what === "config") {
    pick(known.configured.get(configKey(record)), known.workload).forEach((it) => known.touched.set(it.uid, it));
    return;
  }
  const uid = workloadOf(known, record);
  const workload = uid === null ? undefined : known.workload.get(uid);
  if (workload) known.touched.set(workload.uid, workload);
}

/** Those in a namespace, or (null) all of them, whose template names a ConfigMap. */
export function touchConfigured(known: Known, namespace: string | null): void {
  for (const uids of known.configured.values()) {
    for (const it of pick(uids, known.workload)) {
      if (namespace === null || it.namespace === namespace) known.touched.set(it.uid, it);
    }
  }
}

function workloadOf(known: Known, record: Workload | Revision | Pod): string | null {
  if (record.what === "workload") return record.uid;
  if (record.what === "revision" || record.owner === null) return record.owner;
  return known.revision.get(record.owner)?.owner ?? record.owner;
}

/** Only asked of pods that somebody owns; a bare one is a member of nothing. */
export function revisionKeyOf(record: Revision | Pod): string {
  return revisionKey(record) ?? "";
}

function namesOf({ service, name }: Workload): readonly string[] {
  return [...new Set([service.toLowerCase(), name.toLowerCase()])];
}

function configKeysOf({ namespace, template }: Workload): readonly string[] {
  return template.configs.flatMap(({ kind, name }) => (kind === "ConfigMap" ? configKey({ namespace, name }) : []));
}

/** Neither part has a slash in it. */
export function configKey({ namespace, name }: Pick<Config, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

export function sweep(known: Known, { of, namespace }: Stream, uids: ReadonlySet<string>): void {
  const what = whats[of];
  for (const record of known[what].values()) {
    const covered = resourceOf(record) === of && (namespace === null || namespace === record.namespace);
    if (covered && !uids.has(record.uid)) remove(known, what, record.uid);
  }
}

const whats = {
  deployments: "workload",
  statefulsets: "workload",
  daemonsets: "workload",
  replicasets: "revision",
  controllerrevisions: "revision",
  pods: "pod",
  configmaps: "config",
} as const satisfies Record<Resource, ClusterRecord["what"]>;

function count(members: Map<string, number>, key: string, change: 1 | -1): void {
  const left = (members.get(key) ?? 0) + change;
  if (left === 0) members.delete(key);
  else members.set(key, left);
}
