import { z } from "zod";
import { parseReference } from "./core/image/reference.ts";
import { nameOf, type Release, type Subject, subjectOf } from "./core/ledger/release.ts";
import type { Step } from "./core/ledger/step.ts";
import type { EpochMs } from "./core/workload.ts";
import type { Commit, Key } from "./ports.ts";
import { kept, releaseFrom } from "./records/release.ts";

/**
 * Every name in the store, with the shape of what is kept under it; and which of them change together. None of these
 * expires: the ledger is what people look back at, and only `forgotten` takes anything out of it.
 */
export const records = {
  /** The release of a workload that is in force; or, with an end, the last one of a workload that is gone. */
  current: (of: Subject): Key<Release> => ({ name: `current/${nameOf(of)}`, parse: whole }),
  /** The same of all workloads in a cluster, by the identity of the cluster. */
  currentIn: (cluster: string): Key<Release> => ({ name: `current/${cluster}/`, parse: whole }),
  /** The same of all workloads there are. */
  allCurrent: { name: "current/", parse: whole } satisfies Key<Release>,
  /** The log of the releases that ended, each at its start. */
  ledger: (of: Subject): Key<Release> => ({ name: `ledger/${nameOf(of)}`, parse: (it) => releaseFrom(it, { of }) }),
  /** Until when the ledger missed nothing of a cluster, because somebody was looking. */
  awake: (cluster: string): Key<Awake> => ({ name: `awake/${cluster}`, parse: Awake.parse }),
};

type Awake = z.infer<typeof Awake>;
/** `parts`: which parts of the cluster were looked at (flows/observe/parts.ts). Left out by older versions: all of it. */
const Awake = z.object({ at: z.int(), parts: z.array(z.string()).optional() });

function whole(value: unknown): Release {
  return releaseFrom(value);
}

/** A step of the ledger: the release in force, those that ended and what leads to them come in one commit. */
export function stepped(commit: string, { ended, current }: Step, version: string | null): Commit {
  const key = records.current(current.of);
  const log = records.ledger(current.of);
  return {
    id: commit,
    expect: [{ key, version }],
    put: [{ key, value: kept(current) }],
    append: ended.map((it) => ({ log, at: it.start.at, value: kept(it, { of: it.of }) })),
    index: { add: [...ended, current].flatMap(leadsTo) },
  };
}

/** Takes releases that ended long ago out of the ledger, with what led to them. The one in force at `horizon` stays. */
export function forgotten(commit: string, old: readonly [Release, ...Release[]], horizon: EpochMs): Commit {
  const drop = old.flatMap(leadsTo).filter((it) => !it.startsWith("service/"));
  return { id: commit, index: { drop }, trim: [{ log: records.ledger(old[0].of), horizon }] };
}

/** Strings of the index begin with one of these. */
export const index = {
  service: (name: string) => `service/${name.toLowerCase()}/`,
  /** `hex`: how it begins, without `sha256:`. */
  digest: (hex: string) => `digest/${hex.toLowerCase()}`,
  commit: (hex: string) => `commit/${hex.toLowerCase()}`,
  tag: (tag: string) => `tag/${tag}`,
  recent: "recent/",
  /** Where the releases that began at `at` or before come in `recent`. */
  recentFrom: (at: EpochMs) => `recent/${newestFirst(at)}`,
};

/** What a release is found by: its own words, then its workload, then its start. */
export function leadsTo(release: Release): readonly string[] {
  const name = nameOf(release.of);
  const place = `${name}/${release.start.at}`;
  const commits = release.provenance.commits.map((it) => it.value).filter((it) => /^[\da-f]+$/i.test(it));
  const strings = [
    `${index.service(release.service)}${name}`,
    `${index.service(release.of.name)}${name}`,
    `${index.recentFrom(release.start.at)}/${place}`,
    ...release.containers.flatMap((it) => it.digests).map((it) => `${index.digest(hexOf(it))}/${place}`),
    ...release.containers.flatMap((it) => tagOf(it.image)).map((it) => `${index.tag(it)}/${place}`),
    ...commits.map((it) => `${index.commit(it)}/${place}`),
  ];
  return [...new Set(strings)];
}

/** What a string of the index leads to. */
export type Lead = {
  /** The digest, commit, tag or service that it was found by. */
  readonly word: string;
  readonly of: Subject;
  /** The start of the release; null where it leads to the workload only. */
  readonly start: EpochMs | null;
};

/** Null when it is none of ours. */
export function leadOf(string: string): Lead | null {
  const [, word, cluster, namespace, kind, name, start] = string.split("/");
  const of = subjectOf([cluster, namespace, kind, name].join("/"));
  return of && word !== undefined ? { word, of, start: start === undefined ? null : Number(start) } : null;
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}

function tagOf(image: string): readonly string[] {
  const reference = parseReference(image);
  return reference.kind === "reference" && reference.tag !== null ? [reference.tag] : [];
}

const latest = 9_999_999_999_999; // the year 2286

/** Thirteen digits that come first for what is newest. */
function newestFirst(at: EpochMs): string {
  return String(latest - at).padStart(13, "0");
}
