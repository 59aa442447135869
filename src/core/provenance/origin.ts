import { type Claim, isVerified, timeOf } from "../claims/claim.ts";
import type { Digest } from "../image/reference.ts";
import type { EpochMs, Workload } from "../workload.ts";
import type { Deployer, Evidence, Source } from "./evidence.ts";
import type { Labelled } from "./label.ts";
import type { Sync } from "./sync.ts";

/** What is known of an image beside what the cluster tells of it. */
export type Origin = {
  /** What pipelines claimed about it, in whatever order. A deploy elsewhere has no actor here. */
  readonly claims: readonly Claim[];
  /** Null while nobody has looked. */
  readonly labelled: Labelled | null;
  /** What Argo CD did with the workload lately. */
  readonly syncs: readonly Sync[];
};

/** Of the image that a workload runs. Null when nothing is known. */
export type Origins = (digest: Digest, workload: Workload) => Origin | null;

/** A pipeline tells of its deploy shortly before or some time after it. */
const earlyMs = 1_800_000;

/**
 * Who claimed to have deployed it this time: an older claim tells of an earlier time. The last one first, and what a platform
 * signed before what only the shared token stands for.
 */
export function claimedDeployers({ claims }: Origin, since: EpochMs | null): readonly Evidence<Deployer>[] {
  if (since === null) return [];
  const told = claims.filter((it) => it.stage === "deployed" && timeOf(it) >= since - earlyMs);
  return told.toSorted(byTrust("actor")).flatMap((it): readonly Evidence<Deployer>[] => {
    if (it.actor === null) return [];
    const trust = isVerified(it, "actor") ? "verified" : "claimed";
    return [{ value: { kind: "person", name: it.actor }, source: sourceOf(it), trust }];
  });
}

/** Built from: whichever stage tells it, since it is a fact about the image. */
export function claimedCommits({ claims }: Origin): readonly Evidence<string>[] {
  return claims.toSorted(byTrust("commit")).flatMap((it): readonly Evidence<string>[] => {
    if (it.commit === null) return [];
    return [{ value: it.commit, source: sourceOf(it), trust: isVerified(it, "commit") ? "verified" : "claimed" }];
  });
}

/** A URL that one of the claims has, the most trusted first. */
export function claimedUrl({ claims }: Origin, of: "source" | "run"): string | null {
  return claims.toSorted(byTrust(of)).find((it) => it[of] !== null)?.[of] ?? null;
}

/** Of the commit that claims speak of first. */
export function claimedSubject(origin: Origin): string | null {
  const commit = claimedCommits(origin)[0]?.value ?? null;
  return origin.claims.find((it) => it.commit === commit && it.subject !== null)?.subject ?? null;
}

export function labelledCommits({ labelled }: Origin): readonly Evidence<string>[] {
  return (labelled?.commits ?? []).map(({ value, key, on }) => ({
    value,
    source: { kind: "label", key, on },
    trust: "claimed",
  }));
}

function sourceOf({ stage, voucher }: Claim): Source {
  return { kind: "claim", stage, voucher: voucher.kind === "oidc" ? voucher.repository : null };
}

function byTrust(fact: "actor" | "commit" | "source" | "run") {
  const rank = (it: Claim) => (isVerified(it, fact) ? 0 : it.voucher.kind === "oidc" ? 1 : 2);
  return (a: Claim, b: Claim): number => rank(a) - rank(b) || timeOf(b) - timeOf(a);
}
