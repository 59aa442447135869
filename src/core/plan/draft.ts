import { type About, type Check, unknown } from "../check/check.ts";
import type { Outcome } from "../check/outcome.ts";
import type { Person, Plan } from "../operation/operation.ts";
import type { EpochMs } from "../workload.ts";
import type { Rules } from "./rules.ts";

/** A plan as it is kept until somebody confirms it: what was shown, without the words. */
export type Draft = {
  readonly id: string;
  readonly environment: string;
  readonly service: string;
  /** The cluster's name, as it is configured. */
  readonly cluster: string;
  readonly plan: Plan;
  readonly outcomes: readonly Found[];
  /** Of all that was shown: what an approval would be bound to. */
  readonly hash: string;
  readonly madeFor: Person;
  readonly at: EpochMs;
};

export type Found = {
  readonly about: About;
  readonly outcome: Outcome;
  /** Something of it nobody could tell, also where something worse was found. */
  readonly unknown: boolean;
};

export function outcomesOf(checks: readonly Check[]): readonly Found[] {
  const unclear = new Set(unknown(checks));
  return checks.map(({ about, outcome }) => ({ about, outcome, unknown: unclear.has(about) }));
}

export type Hurdles = {
  /** In the way, whatever anybody says. */
  readonly stops: readonly About[];
  /** In the way until somebody says, by name, that it shall be done all the same. */
  readonly override: readonly About[];
  /** Not known, and to be accepted as such. */
  readonly accept: readonly About[];
};

export function hurdlesOf(outcomes: readonly Found[], { override: may }: Pick<Rules, "override">): Hurdles {
  const blocks = outcomes.filter((it) => it.outcome === "block").map((it) => it.about);
  const mayOverride = (it: About) => may.some((allowed) => allowed === it);
  return {
    stops: blocks.filter((it) => !mayOverride(it)),
    override: blocks.filter(mayOverride),
    accept: outcomes.filter((it) => it.unknown).map((it) => it.about),
  };
}

/** What somebody filled in. */
export type Given = {
  readonly reason: string;
  /** The service's name, typed. Null: it was not asked for. */
  readonly typed: string | null;
  readonly accepted: readonly About[];
  readonly overridden: readonly About[];
};

export type Lack = "reason" | "typed" | "accept" | "override";

/** What is still missing before it may be done. */
export function lacks(
  { service, outcomes }: Pick<Draft, "service" | "outcomes">,
  rules: Pick<Rules, "override" | "confirm">,
  given: Given,
): readonly Lack[] {
  const { accept, override } = hurdlesOf(outcomes, rules);
  const isTyped = rules.confirm === "click" || given.typed?.trim().toLowerCase() === service.toLowerCase();
  return [
    ...(given.reason.trim() === "" ? (["reason"] as const) : []),
    ...(isTyped ? [] : (["typed"] as const)),
    ...(accept.every((it) => given.accepted.includes(it)) ? [] : (["accept"] as const)),
    ...(override.every((it) => given.overridden.includes(it)) ? [] : (["override"] as const)),
  ];
}
