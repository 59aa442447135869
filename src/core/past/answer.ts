import type { Digest } from "../image/reference.ts";
import type { Moment, Release, Subject } from "../ledger/release.ts";
import type { Operation } from "../operation/operation.ts";
import type { EpochMs } from "../workload.ts";

/** Where a workload of the ledger is, in the words of our configuration. */
export type Located = {
  readonly subject: Subject;
  /** Null: no cluster of the configuration has that identity any more. */
  readonly cluster: string | null;
  /** Every one that the place belongs to. */
  readonly environments: readonly string[];
};

/** One release in a list. Its end says what replaced it: by a "rollback", it was rolled back. */
export type PastRow = Located & {
  readonly release: Release;
  /** What came before it, null where the ledger begins. */
  readonly before: Release | null;
};

/** What ran at one moment. */
export type AtAnswer = {
  readonly kind: "at";
  readonly service: string;
  readonly environment: string;
  readonly at: EpochMs;
  /** IANA name of the zone in which the time was meant. */
  readonly zone: string;
  /** Empty: the ledger knows no workload of that name there. */
  readonly found: readonly (Located & { readonly was: Then })[];
};

export type Then =
  /** `until`: it may already have been replaced then; nobody was looking. */
  | { readonly kind: "ran"; readonly release: Release; readonly until: Moment | null }
  /** It had been deleted. */
  | { readonly kind: "gone"; readonly last: Release }
  /** The ledger begins later. */
  | { readonly kind: "not known"; readonly first: EpochMs | null };

export type HistoryAnswer = {
  readonly kind: "history";
  readonly service: string;
  readonly environment: string;
  /** Newest first. */
  readonly rows: readonly PastRow[];
  /** Several workloads bear the name: each row says which it is of. */
  readonly workloads: number;
  /** Where this page began, null for the newest. */
  readonly before: EpochMs | null;
  /** Where the next page begins. Null: this is the last one. */
  readonly older: EpochMs | null;
};

export type WhereAnswer = {
  readonly kind: "where";
  /** As it was asked for. */
  readonly what: string;
  readonly as: "digest" | "commit" | "tag";
  /** Releases in force that run it, and earlier ones that ran it, newest first. */
  readonly now: readonly PastRow[];
  readonly before: readonly PastRow[];
  /** Several images, commits or tags begin with what was asked for. */
  readonly matches: readonly string[];
  /** There is more than was looked at. */
  readonly more: boolean;
};

export type DiffAnswer = {
  readonly kind: "diff";
  readonly from: string;
  readonly to: string;
  /** What differs first, then by name. */
  readonly rows: readonly DiffRow[];
  readonly page: number;
};

export type DiffRow = {
  readonly service: string;
  readonly from: Side | null;
  readonly to: Side | null;
  /** Of `to` compared with `from`: "behind" once ran nothing newer than what `from` ran before. */
  readonly relation: "same" | "behind" | "ahead" | "different" | "only there" | "only here" | "not known";
};

/** What runs there: digests of its main containers, and a tag where they were named by one. */
export type Side = { readonly digests: readonly Digest[]; readonly tag: string | null };

export type ChangesAnswer = {
  readonly kind: "changes";
  readonly environment: string;
  readonly minutes: number;
  /** From this time on. */
  readonly since: EpochMs;
  /** Newest first. */
  readonly rows: readonly PastRow[];
  /** The last name of this page, null when it is the last page. */
  readonly after: string | null;
};

export type RollbacksAnswer = {
  readonly kind: "rollbacks";
  readonly environment: string;
  /** Newest first. */
  readonly operations: readonly Operation[];
  /** Workloads that carry an operation which nobody here has a record of. */
  readonly lost: readonly Lost[];
  /** The last name of this page, null when it is the last page. */
  readonly after: string | null;
};

type Lost = {
  readonly subject: Pick<Subject, "namespace" | "kind" | "name">;
  readonly cluster: string;
  readonly operation: string;
};

export type PastAnswer = AtAnswer | HistoryAnswer | WhereAnswer | DiffAnswer | ChangesAnswer | RollbacksAnswer;
