import type { Check } from "../check/check.ts";
import type { Release, Subject } from "../ledger/release.ts";
import type { Moved } from "../operation/operation.ts";
import type { Workload } from "../workload.ts";
import type { Authority } from "./authority.ts";
import type { Candidate, Candidates } from "./candidate.ts";
import type { Draft, Hurdles } from "./draft.ts";
import type { Lost } from "./lost.ts";
import type { Rules } from "./rules.ts";

/** What somebody who wants to go back is shown. */
export type Offer =
  | Proposal
  /** No earlier template is known to be good, so that nobody but a person can choose. */
  | { readonly kind: "no default"; readonly at: Place; readonly candidates: Candidates }
  | { readonly kind: "which workload"; readonly choices: readonly Choice[] }
  | { readonly kind: "refused"; readonly because: Refused };

export type Proposal = {
  readonly kind: "plan";
  readonly at: Place;
  readonly candidates: Candidates;
  readonly target: Candidate;
  readonly draft: Draft;
  /** The worst first. */
  readonly checks: readonly Check[];
  readonly lost: Lost;
  readonly hurdles: Hurdles;
  readonly rules: Pick<Rules, "confirm" | "override">;
};

export type Choice = { readonly of: Subject; readonly cluster: string };

/** One workload, among those of its name. */
export type Place = Choice & {
  readonly choices: readonly Choice[];
  readonly workload: Pick<Workload, "replicas" | "strategy" | "kind">;
};

/** What a container's template says by now. */
export type NowRunning = { readonly container: string; readonly image: string };

/** Why there is no rollback, now or at all. `because` is a sentence for people. */
export type Refused =
  /** No environment of that name, or nothing of that name in it. */
  | { readonly kind: "no environment" | "no service" }
  /** The environment's configuration has no rollback. */
  | { readonly kind: "off" }
  | { readonly kind: "authority"; readonly authority: Exclude<Authority, { readonly kind: "allowed" }> }
  /** A second person is asked for, which this version cannot do. */
  | { readonly kind: "approvals" }
  | { readonly kind: "store"; readonly because: readonly string[] }
  | { readonly kind: "cluster"; readonly cluster: string; readonly because: string }
  | { readonly kind: "gone" }
  /** What the workload has now has no revision yet: its controller is about to make one. */
  | { readonly kind: "not settled" }
  | { readonly kind: "nothing to go back to"; readonly gone: readonly Release[] }
  | { readonly kind: "target gone" }
  | { readonly kind: "under way"; readonly operation: string }
  /** Nobody confirmed in time. */
  | { readonly kind: "expired" }
  /** Something changed since the plan was made. */
  | { readonly kind: "moved"; readonly what: readonly Moved[]; readonly now: readonly NowRunning[] }
  /** It may have been confirmed, or not: the store did not say. */
  | { readonly kind: "not known"; readonly because: string }
  | { readonly kind: "stopped"; readonly stops: Hurdles["stops"] };
