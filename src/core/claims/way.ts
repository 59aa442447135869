import type { Digest } from "../image/reference.ts";
import type { EpochMs } from "../workload.ts";
import { type Claim, identityOf, isVerified, type Stage, stages, timeOf } from "./claim.ts";

/** The way that one image took, as its pipelines told it. */
export type Way = {
  /** In the order in which they happened. */
  readonly steps: readonly Step[];
  readonly missing: Missing | null;
};

/** One stage, for promotions and deploys in one environment. The first time through is what counts for the way. */
export type Step = {
  readonly stage: Stage;
  readonly environment: string | null;
  readonly at: EpochMs;
  readonly actor: { readonly name: string; readonly verified: boolean } | null;
  /** Whether the job's platform signed it, or only somebody who knows the shared token said so. */
  readonly proved: boolean;
  /** When it was told to have happened again, the last time. */
  readonly again: EpochMs | null;
};

/** The ways of the images of an answer, by digest. */
export type Ways = {
  readonly by: ReadonlyMap<Digest, Way>;
  /** They could not be read, or not in time: that none is here says nothing. */
  readonly unread: boolean;
};

/** Stages that no pipeline told of, although this repository's pipelines tell. */
export type Missing = {
  readonly stages: readonly ("built" | "scanned")[];
  /** From when on a claim would be here. */
  readonly since: EpochMs;
  /** False while nobody looked up whether a pipeline knows the same image by another digest. */
  readonly certain: boolean;
};

export type Told = {
  /** Those about the image, by whichever of its digests. */
  readonly claims: readonly Claim[];
  /** False: there are more than were read, so nothing can be said to be missing. */
  readonly complete: boolean;
  /** The time of the oldest claim that is kept of the repository. Null: it has none, and nothing is missing. */
  readonly since: EpochMs | null;
  readonly aliasesKnown: boolean;
};

/** Null when there is nothing to tell. */
export function wayOf({ claims, complete, since, aliasesKnown }: Told): Way | null {
  const steps = Map.groupBy(claims, ({ stage, environment }) => JSON.stringify([stage, environment]));
  const said = new Set(claims.map((it) => it.stage));
  const lacking = (["built", "scanned"] as const).filter((it) => !said.has(it));
  const missing =
    since === null || !complete || lacking.length === 0 ? null : { stages: lacking, since, certain: aliasesKnown };
  const all = [...steps.values()]
    .flatMap(stepOf)
    .toSorted((a, b) => a.at - b.at || rank(a) - rank(b) || byText(a.environment ?? "", b.environment ?? ""));
  return all.length === 0 && missing === null ? null : { steps: all, missing };
}

/** Of two that tell of the same moment, the one that is proved speaks. */
function stepOf(claims: readonly Claim[]): readonly Step[] {
  const [first, ...later] = claims.toSorted(
    (a, b) => timeOf(a) - timeOf(b) || trust(b) - trust(a) || byText(identityOf(a), identityOf(b)),
  );
  if (!first) return [];
  const last = later.reduce((latest, it) => Math.max(latest, timeOf(it)), timeOf(first));
  const { stage, environment, actor, voucher } = first;
  return [
    {
      stage,
      environment,
      at: timeOf(first),
      actor: actor === null ? null : { name: actor, verified: isVerified(first, "actor") },
      proved: voucher.kind === "oidc",
      again: last > timeOf(first) ? last : null,
    },
  ];
}

function trust({ voucher }: Claim): number {
  return voucher.kind === "oidc" ? 1 : 0;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function rank({ stage }: Step): number {
  return stages.indexOf(stage);
}
