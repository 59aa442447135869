import type { Learnt } from "./core/check/material.ts";
import type { Sync } from "./core/provenance/sync.ts";
import type { ImageConfig, Manifest } from "./core/image/manifest.ts";
import type { Digest, Reference } from "./core/image/reference.ts";
import type { Change, ClusterRecord, EpochMs, Workload } from "./core/workload.ts";

/** All that we ask of the outside world, in our words. */

export type Clock = {
  now(): EpochMs;
  /** Ends early, without an error, when `stop` is aborted. */
  sleep(ms: number, stop: AbortSignal): Promise<void>;
};

export type Cluster = {
  readonly name: string;
  /**
   * Tells `into` what is there and everything that changes, until `stop`. Nothing the cluster does ends it: it resumes,
   * lists again and waits, for ever. Rejects only for a fault of our own.
   */
  watch(into: (change: Change) => void, stop: AbortSignal): Promise<void>;
  /**
   * Reads one workload with its revisions and pods as of now, past the watch. Empty when it is gone. Rejects, with a sentence
   * for people as the message, when nobody can tell before `stop`, or when too many others are reading.
   */
  look(of: Pick<Workload, "namespace" | "kind" | "name">, stop: AbortSignal): Promise<readonly ClusterRecord[]>;
  /**
   * What tells this cluster from every other, whatever it is called: the uid of its namespace kube-system. Read once, then
   * remembered. Rejects, with a sentence for people as the message, when nobody can tell before `stop`.
   */
  identity(stop: AbortSignal): Promise<string>;
  close(): Promise<void>;
};

/** Who asks. */
export type People = {
  /**
   * The IANA name of the time zone in somebody's profile. Null when nobody can tell within a moment. Never rejects.
   */
  zoneOf(user: string, stop: AbortSignal): Promise<string | null>;
};

/** Who deployed. */
export type Names = {
  /** The name in Slack of who signs deploys like this. Null when nobody can tell. Never rejects. */
  nameOf(signed: string): Promise<string | null>;
};

/** What Argo CD did in a cluster. */
export type Syncing = {
  /** The last syncs of an Application, as far as it tells. Rejects for a fault of our own, or with the reason of `stop`. */
  syncs(app: string, stop: AbortSignal): Promise<Learnt<readonly Sync[]>>;
};

/** A repository of a registry, as a normalised reference names it. */
export type Repository = Pick<Reference, "registry" | "repository">;

/**
 * Registries, by the OCI distribution API. Everything that is served by digest is checked against it, and remembered. Rejects
 * only for a fault of our own, or with the reason of `stop`.
 */
export type Registry = {
  /** What a tag or a digest leads to right now: the registry is asked each time, and counts it as no pull. */
  head(of: Repository, reference: string, stop: AbortSignal): Promise<RegistryAnswer<Digest>>;
  /** What a digest is. Docker Hub counts it as a pull. */
  manifest(of: Repository, digest: Digest, stop: AbortSignal): Promise<RegistryAnswer<Manifest>>;
  /** The configuration of one platform's image, by the digest that its manifest names. */
  config(of: Repository, digest: Digest, stop: AbortSignal): Promise<RegistryAnswer<ImageConfig>>;
  close(): Promise<void>;
};

/** `because` is a sentence for people. Only the registry's own word for "there is none" is `missing`. */
export type RegistryAnswer<T> =
  | { readonly kind: "served"; readonly value: T }
  | { readonly kind: "missing" }
  /** Our own rules: the registry was not asked. */
  | { readonly kind: "not allowed"; readonly because: string }
  | { readonly kind: "no answer"; readonly because: string; readonly retryAfterMs: number | null };

/** What we count about ourselves. */
export type Meters = {
  watchEnded(of: { readonly cluster: string; readonly resource: string; readonly reason: string }): void;
  /** A whole list was read. */
  listed(of: { readonly cluster: string; readonly resource: string }): void;
  answered(of: { readonly question: string; readonly seconds: number }): void;
};

/** The name of a record or of a log, and what checks each value that is read from it (and, before it is kept, each that is put). */
export type Key<T> = {
  /** Any text but "". Names are ordered by their bytes as UTF-8. */
  readonly name: string;
  /** Throws when the value is not what it should be. Gets what JSON keeps of it. */
  readonly parse: (value: unknown) => T;
};

/** One record as it was when it was read. */
export type Versioned<T> = {
  readonly key: Key<T>;
  readonly value: T;
  /** The id of the commit that wrote it. No other state of this record ever has the same. */
  readonly version: string;
};

/** One event of a log. */
export type Entry<T> = { readonly at: EpochMs; readonly value: T };

/** The next ones in order. A page with fewer than `limit` is the last one. */
export type Page = {
  /** The last name of the page before, null for the first page. */
  readonly after: string | null;
  /** From 1 to 1000. */
  readonly limit: number;
};

/**
 * A change of the store, all of it or nothing. What is left out is empty. The parts take effect in the order in which they
 * stand here; a record is put or removed at most once.
 */
export type Commit = {
  /** New for each change: up to 64 letters, digits, "-" and "_". Becomes the version of what is put. */
  readonly id: string;
  /** What has to be as it was read, or nothing happens. Null: there must be no such record. */
  readonly expect?: readonly { readonly key: Key<unknown>; readonly version: string | null }[];
  readonly put?: readonly Put[];
  readonly remove?: readonly Key<unknown>[];
  /**
   * Times in a log only grow: an entry that is not later than the last one gets the millisecond after it. An entry that must
   * keep its true time has it in its value.
   */
  readonly append?: readonly { readonly log: Key<unknown>; readonly at: EpochMs; readonly value: unknown }[];
  /** `drop` comes first: a string in both is there afterwards. */
  readonly index?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  /** Forgets what is older than the entry in force at `horizon`: ranges before any later time stay as they were. */
  readonly trim?: readonly { readonly log: Key<unknown>; readonly horizon: EpochMs }[];
};

export type Put = {
  readonly key: Key<unknown>;
  readonly value: unknown;
  /** From then on the record is absent, for every verb. Left out: it stays until it is removed. */
  readonly expiresAt?: EpochMs;
};

/**
 * What has to survive us: records, logs that only grow, and one sorted set of strings, the index. Every verb rejects with a
 * sentence for people when the store cannot tell, and within about a second. A stored value that its parser refuses is such
 * a fault too, and names its key.
 */
export type Store = {
  /** Null when there is no such record, or when it has expired. */
  read<T>(key: Key<T>): Promise<Versioned<T> | null>;
  /** The records whose name starts with `prefix.name`, in the order of their names. */
  list<T>(prefix: Key<T>, page: Page): Promise<readonly Versioned<T>[]>;
  /**
   * "conflict": an expectation did not hold, and nothing was changed. The same id sent again, within the next thousands of
   * commits, changes nothing and answers "done" if it was done before. Rejected: unless the sentence says that nothing was
   * changed, it may have happened; send the same commit again, or read.
   */
  commit(change: Commit): Promise<"done" | "conflict">;
  /** The entries strictly before a time (null: all), newest first. The first one is what was in force just before it. */
  range<T>(
    log: Key<T>,
    page: { readonly before: EpochMs | null; readonly limit: number },
  ): Promise<readonly Entry<T>[]>;
  /** The strings of the index that start with `prefix`, in order. */
  find(prefix: string, page: Page): Promise<readonly string[]>;
  /**
   * Whether what was committed survives what may happen to the store. Looked at anew each time. With `of`, also whether that
   * record is still there as it was read or put: ask after an intent was committed, and before its effect.
   */
  durability(of?: { readonly key: Key<unknown>; readonly version: string }): Promise<Durability>;
};

/** `because` has a sentence for people on each thing that is wrong; it names the exact setting where there is one. */
export type Durability =
  | { readonly durable: true }
  | { readonly durable: false; readonly because: readonly [string, ...string[]] };
