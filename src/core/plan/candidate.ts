import type { Aliases } from "../image/identity.ts";
import { type Digest, parseReference } from "../image/reference.ts";
import { type Failure, healthyMs, type Release } from "../ledger/release.ts";
import type { RawRevision } from "../operation/live.ts";
import type { EpochMs, TemplateContainer } from "../workload.ts";
import { containersIn } from "./template.ts";
import type { Aim } from "./wanted.ts";

/** A template that the workload had, and how it did when it ran. */
export type Candidate = {
  readonly revision: RawRevision;
  /** The last time it ran, as far as the ledger knows. */
  readonly release: Release | null;
  readonly containers: readonly CandidateContainer[];
  readonly standing: Standing;
};

/** `digests`: what it was seen to run, or what it names itself. Several only while nobody can tell which. */
export type CandidateContainer = TemplateContainer & { readonly digests: readonly Digest[] };

type Standing =
  /** Ready for long enough, not rolled back, and with other images than now. */
  | { readonly kind: "good"; readonly healthyMs: number }
  /** Going back there would only restart what runs. */
  | { readonly kind: "same images" }
  | { readonly kind: "rolled back" }
  | { readonly kind: "failed"; readonly because: Failure }
  | { readonly kind: "not long enough"; readonly healthyMs: number }
  /** Nobody saw how it did. */
  | { readonly kind: "not seen" };

export type Candidates = {
  /** What the workload has now. Null: its controller has not made a revision of it yet. */
  readonly current: Candidate | null;
  /** Newest first. */
  readonly others: readonly Candidate[];
  /** The last one that is known to be good. Null: somebody has to choose, knowing that nobody knows. */
  readonly best: Candidate | null;
  /** Releases that would be known to be good, and whose template the cluster does not have any more. Newest first. */
  readonly gone: readonly Release[];
};

type Facts = {
  /** The hash of the template that the workload has now. */
  readonly template: string;
  readonly revisions: readonly RawRevision[];
  /** Of this workload, newest first. */
  readonly releases: readonly Release[];
  readonly healthyForMs: number;
  readonly aliases: Aliases;
  readonly now: EpochMs;
};

export function candidatesOf(facts: Facts): Candidates {
  const { revisions, releases, template, healthyForMs, now } = facts;
  const newest = revisions.toSorted((a, b) => b.number - a.number);
  const isCurrent = (it: RawRevision) => it.template.hash === template;
  const [current = null] = newest.filter(isCurrent).map((it) => shapeOf(it, releases));
  const others = newest
    .filter((it) => !isCurrent(it))
    .map((it) => {
      const shape = shapeOf(it, releases);
      return { ...shape, standing: standingOf(shape, current, facts) };
    });
  const there = new Set(revisions.map((it) => it.uid));
  const isGood = (it: Release) => healthyMs(it, now) >= healthyForMs && it.end !== null && it.end.by !== "rollback";
  return {
    current,
    others,
    best: others.find((it) => it.standing.kind === "good") ?? null,
    gone: releases.filter((it) => !there.has(it.revision.uid) && isGood(it)),
  };
}

function shapeOf(revision: RawRevision, releases: readonly Release[]): Candidate {
  const its = releases.filter((it) => it.revision.uid === revision.uid);
  const containers = containersIn(revision.template).map((it) => ({ ...it, digests: digestsOf(it, its) }));
  return { revision, release: its[0] ?? null, containers, standing: { kind: "not seen" } };
}

/** What a tag stood for the last time that somebody saw it. */
function digestsOf({ name, image }: TemplateContainer, releases: readonly Release[]): readonly Digest[] {
  const reference = parseReference(image);
  if (reference.kind === "reference" && reference.digest !== null) return [reference.digest];
  const seen = releases.map((it) => it.containers.find((one) => one.name === name)?.digests ?? []);
  return seen.find((it) => it.length > 0) ?? [];
}

/** The last time it ran says whether it was taken back or failed; that it did well counts from any time. */
function standingOf(it: Candidate, current: Candidate | null, facts: Facts): Standing {
  const { releases, healthyForMs, now, aliases } = facts;
  if (current && hasSameImages(it, current, aliases)) return { kind: "same images" };
  const { release } = it;
  if (release === null) return { kind: "not seen" };
  if (release.end?.by === "rollback") return { kind: "rolled back" };
  if (release.outcome.state === "failed") return { kind: "failed", because: release.outcome.because };
  const its = releases.filter((one) => one.revision.uid === it.revision.uid);
  const healthy = Math.max(...its.map((one) => healthyMs(one, now)));
  if (healthy >= healthyForMs) return { kind: "good", healthyMs: healthy };
  return healthy > 0 || release.outcome.state === "pending"
    ? { kind: "not long enough", healthyMs: healthy }
    : { kind: "not seen" };
}

/** By digest where both are known; a tag alone says that it is the same only as long as nobody saw it stand for another. */
export function hasSameImages(one: Candidate, other: Candidate, aliases: Aliases): boolean {
  const those = new Map(other.containers.map((it) => [it.name, it]));
  return (
    one.containers.length === other.containers.length &&
    one.containers.every((it) => {
      const that = those.get(it.name);
      if (that === undefined) return false;
      if (it.digests.length === 0 || that.digests.length === 0) return it.image === that.image;
      return it.digests.some((a) => that.digests.some((b) => a === b || aliases(a)?.has(b) || aliases(b)?.has(a)));
    })
  );
}

/** Null: it is what runs, or it is not there (any more). */
export function aimedAt(aim: Aim | null, { best, others }: Candidates, releases: readonly Release[]): Candidate | null {
  if (aim === null) return best;
  const uid = aim.kind === "revision" ? aim.uid : releases.find((it) => it.start.at === aim.start)?.revision.uid;
  return others.find((it) => it.revision.uid === uid) ?? null;
}
