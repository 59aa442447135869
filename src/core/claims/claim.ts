import type { Digest } from "../image/reference.ts";
import type { EpochMs } from "../workload.ts";

/** What a pipeline does with an image, in the order in which it does it. */
export const stages = ["built", "scanned", "promoted", "deployed"] as const;
export type Stage = (typeof stages)[number];

/** What going back to an image would mean for the database. */
export const migrations = ["none", "compatible", "irreversible"] as const;

/**
 * What a pipeline says about one image. It decorates what we see: it never makes anything run, and nothing ran because a
 * claim says so.
 */
export type Claim = {
  readonly stage: Stage;
  /** `registry/repository`, in the one spelling that `repositoryOf` gives. */
  readonly repository: string;
  readonly digest: Digest;
  readonly tag: string | null;
  /** The commit that the image was built from. */
  readonly commit: string | null;
  /** Where the source code lives: a URL. */
  readonly source: string | null;
  readonly actor: string | null;
  /** The pipeline run: a URL. */
  readonly run: string | null;
  readonly environment: string | null;
  /** The first line of the commit's message. */
  readonly subject: string | null;
  /** The commits before it on its main line, newest first. */
  readonly parents: readonly string[];
  readonly manifestCommit: string | null;
  readonly migration: (typeof migrations)[number] | null;
  /** When it happened, as the pipeline says. Null: it did not say, and `receivedAt` is the nearest we know. */
  readonly at: EpochMs | null;
  readonly receivedAt: EpochMs;
  readonly voucher: Voucher;
};

/** Who stands in for a claim. */
export type Voucher =
  /** Somebody who knows the shared token. */
  | { readonly kind: "token" }
  /** A job of this repository: its platform signed who it is. */
  | {
      readonly kind: "oidc";
      readonly issuer: string;
      readonly subject: string;
      readonly repository: string;
      readonly workflow: string | null;
      /** The facts that the platform signed too. All others are the job's own words. */
      readonly verified: readonly Verifiable[];
    };

export type Verifiable = "commit" | "source" | "actor" | "run";

export function timeOf({ at, receivedAt }: Claim): EpochMs {
  return at ?? receivedAt;
}

export function isVerified({ voucher }: Claim, fact: Verifiable): boolean {
  return voucher.kind === "oidc" && voucher.verified.includes(fact);
}

/**
 * The same text for the same claim, however often it is sent. The same words of another voucher are another claim: what was
 * said with the shared token must not stand in the way of what a job can prove.
 */
export function identityOf(claim: Claim): string {
  const { stage, repository, digest, tag, commit, source, actor, run, voucher } = claim;
  const { environment, manifestCommit, migration, at, subject, parents } = claim;
  const by = voucher.kind === "token" ? [] : [voucher.issuer, voucher.subject, voucher.repository];
  const said = [stage, repository, digest, tag, commit, source, actor, run, environment, manifestCommit, migration, at];
  const told = subject === null && parents.length === 0 ? [] : [subject, parents];
  return JSON.stringify([...said, ...by, ...told]);
}
