import { observationOf } from "../../../src/core/ledger/observation.ts";
import type { Release, Subject } from "../../../src/core/ledger/release.ts";
import { type Looking, type Step, stepOf } from "../../../src/core/ledger/step.ts";
import type { Origins } from "../../../src/core/provenance/origin.ts";
import type { Config, EpochMs, Pod, Revision, Workload } from "../../../src/core/workload.ts";
import * as given from "../given.ts";
import { viewOf } from "../look.ts";

export const subject: Subject = { cluster: "uid-prod-eu", namespace: "shop", kind: "Deployment", name: "checkout" };

export type Scene = {
  /** The last one is the current one. */
  readonly revisions: readonly Revision[];
  readonly workload?: Partial<Workload>;
  /** Left out: three ready pods of the current one. */
  readonly pods?: readonly Pod[];
  /** Null: nobody can tell. */
  readonly configs?: readonly Config[] | null;
  readonly now?: EpochMs;
  readonly origins?: Origins;
};

export function observe({ revisions, workload, pods, configs = null, now = given.now, origins }: Scene) {
  const current = revisions.at(-1) ?? given.revision(1);
  const whole = given.workload({ template: current.template, ...workload });
  const all = pods ?? given.pods(whole.replicas, current);
  const around = viewOf([whole, ...revisions, ...all]).around(whole);
  return observationOf({
    of: subject,
    workload: whole,
    around,
    config: (name) => configs?.find((it) => it.name === name) ?? null,
    configsKnown: configs !== null,
    aliases: given.noAliases,
    origins,
    now,
  });
}

/** What the ledger has after each scene in turn: all that ended, and what is in force. */
export function lived(...scenes: readonly (Scene & Partial<Looking>)[]): {
  readonly ended: readonly Release[];
  readonly current: Release;
  readonly steps: readonly (Step | null)[];
} {
  let current: Release | null = null;
  const ended: Release[] = [];
  const steps: (Step | null)[] = [];
  for (const scene of scenes) {
    const seen = observe(scene);
    const { missedSince = null, now = given.now, restored } = scene;
    const looking = { missedSince, now, ...(restored && { restored }) };
    const step: Step | null = seen && stepOf(current, seen, looking);
    steps.push(step);
    ended.push(...(step?.ended ?? []));
    current = step?.current ?? current;
  }
  if (current === null) throw new Error("nothing was ever settled");
  return { ended, current, steps };
}

export function config(given_: Partial<Config> = {}): Config {
  return {
    what: "config",
    cluster: "prod-eu",
    namespace: "shop",
    kind: "ConfigMap",
    name: "checkout-config",
    uid: "config-1",
    version: "100",
    createdAt: given.now - 30 * 24 * given.hour,
    changedAt: given.now - 30 * 24 * given.hour,
    ...given_,
  };
}
