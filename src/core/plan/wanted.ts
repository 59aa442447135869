import type { Subject } from "../ledger/release.ts";
import type { Asking, Person } from "../operation/operation.ts";
import type { EpochMs } from "../workload.ts";

/** Who wants what, and where they said so. */
export type Request = {
  readonly wanted: Wanted;
  readonly by: Person;
  readonly where: Asking["where"];
  /** What they have typed as their reason so far. */
  readonly reason: string;
};

/** What somebody wants to take back, as far as it is said by what they typed or pressed. */
export type Wanted = {
  readonly environment: string;
  readonly service: string;
  /** Which of the workloads of that name. Null: the only one, or one that is yet to be chosen. */
  readonly of: Subject | null;
  /** Back to what? Null: the last one that is known to be good. */
  readonly to: Aim | null;
};

/** A release, by when it began; or a revision that the ledger need not know. */
export type Aim =
  | { readonly kind: "release"; readonly start: EpochMs }
  | { readonly kind: "revision"; readonly uid: string };
