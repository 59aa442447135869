import type { ManifestMaterial } from "../../core/check/manifest.ts";
import type { Environment } from "../../core/answer.ts";
import type { Aliases } from "../../core/image/identity.ts";
import { nameOf, type Subject } from "../../core/ledger/release.ts";
import type { Live, RawRevision } from "../../core/operation/live.ts";
import { nextStep } from "../../core/operation/next.ts";
import { operationIn } from "../../core/operation/trace.ts";
import { type Intent, opened, type Person, type Plan, type Side } from "../../core/operation/operation.ts";
import { aimedAt, type Candidate, candidatesOf } from "../../core/plan/candidate.ts";
import { hurdlesOf, outcomesOf } from "../../core/plan/draft.ts";
import { lostSince } from "../../core/plan/lost.ts";
import type { Offer, Place, Refused } from "../../core/plan/offer.ts";
import { imagesOf } from "../../core/plan/pin.ts";
import type { Rules } from "../../core/plan/rules.ts";
import type { Wanted } from "../../core/plan/wanted.ts";
import type { View } from "../../core/view.ts";
import type { Workload } from "../../core/workload.ts";
import type { Clock, Cluster, Store } from "../../ports.ts";
import type { Restoring, Surveying } from "../../ports/rollback.ts";
import { operating } from "../../records/operating.ts";
import { drafted, hashOf } from "../../records/planning.ts";
import type { Authorizing } from "../decide/authority.ts";
import type { Identities } from "../learn/identify.ts";
import type { Ledger } from "../recall/ledger.ts";
import { read } from "./learn.ts";
import { seenNow } from "./seen.ts";
import { storeRefusal } from "./store.ts";
import { type AskImage, createSurvey } from "./survey.ts";

type Hands = Restoring & Surveying & Pick<Cluster, "look">;

export type DrawingDeps = Pick<Authorizing, "mayRollBack"> & {
  readonly view: View;
  readonly environments: readonly Environment[];
  readonly rulesOf: (environment: string) => Rules | null;
  readonly ledger: Pick<Ledger, "before">;
  readonly store: Pick<Store, "read" | "commit" | "durability">;
  readonly identities: Pick<Identities, "of">;
  /** Null: a cluster that nobody can change. */
  readonly hands: (cluster: string) => Hands | null;
  readonly askImage: AskImage;
  readonly migrationsOf: Parameters<typeof createSurvey>[0]["migrationsOf"];
  readonly aliases: Aliases;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly readMs?: number;
};

/** Longer than any rollout's own deadline that people leave as it is. */
const giveUpAfterMs = 10 * 60_000;
const mostReleases = 60;

/** A plan with every check made, and kept for whoever confirms it; or why there is none. */
export function createDrawing(deps: DrawingDeps) {
  const { view, store, clock, aliases, readMs = 3_000 } = deps;

  async function draw(wanted: Wanted, by: Person): Promise<Offer> {
    const { environment: name, service } = wanted;
    const rules = deps.rulesOf(name);
    const refusal = await refusalOf(name, rules, by);
    if (refusal !== null || rules === null) return refused(refusal ?? { kind: "off" });

    const found = view.find(service, placesOf(name)).map((it) => ({ workload: it, of: subjectOf(it) }));
    const [unknown] = found.filter((it) => it.of === null);
    if (unknown) return refused(unreadable(unknown.workload.cluster, "its identity could not be read yet"));
    const choices = found.flatMap(({ workload, of }) => (of ? [{ of, cluster: workload.cluster }] : []));
    const meant = choices.filter((it) => wanted.of === null || nameOf(it.of) === nameOf(wanted.of));
    const [chosen, ...more] = meant;
    if (!chosen) return refused(unseen(name) ?? { kind: wanted.of === null ? "no service" : "gone" });
    if (more.length > 0) return { kind: "which workload", choices };
    const workload = found.find((it) => it.of && nameOf(it.of) === nameOf(chosen.of))?.workload;
    if (!workload) return refused({ kind: "gone" });
    return planFor({ wanted, by, rules, workload, at: { ...chosen, choices, workload } });
  }

  /** One that was shut out carries its mark, too. */
  async function lostIn(fence: string | null): Promise<string | null> {
    const operation = fence && operationIn(fence);
    return operation && (await store.read(operating.operation(operation))) === null ? operation : null;
  }

  async function refusalOf(environment: string, rules: Rules | null, by: Person): Promise<Refused | null> {
    if (!deps.environments.some((it) => it.name === environment)) return { kind: "no environment" };
    if (rules === null) return { kind: "off" };
    const [authority, stored] = await Promise.all([deps.mayRollBack(by.id, environment), storeRefusal(store)]);
    if (authority.kind !== "allowed") return { kind: "authority", authority };
    return rules.approvals > 0 ? { kind: "approvals" } : stored;
  }

  type About = {
    readonly wanted: Wanted;
    readonly by: Person;
    readonly rules: Rules;
    readonly workload: Workload;
    readonly at: Place;
  };

  async function planFor(about: About): Promise<Offer> {
    const { at, rules, workload, wanted } = about;
    const hands = deps.hands(at.cluster);
    if (!hands) return refused(unreadable(at.cluster, "it cannot be changed from here"));
    const [live, revisions, around, releases, active] = await Promise.all([
      read(readMs, async (stop) => hands.live(at.of, stop)),
      read(readMs, async (stop) => hands.revisions(at.of, stop)),
      read(readMs, async (stop) => hands.look(at.of, stop)),
      read(readMs, async () => deps.ledger.before(at.of, null, mostReleases)),
      read(readMs, async () => store.read(operating.active(at.of))),
    ]);
    if (live.kind !== "known") return refused(unreadable(at.cluster, live.because));
    if (revisions.kind !== "known") return refused(unreadable(at.cluster, revisions.because));
    for (const it of [releases, active])
      if (it.kind !== "known") return refused({ kind: "store", because: [it.because] });
    if (releases.kind !== "known" || active.kind !== "known") return refused({ kind: "gone" });
    if (live.value === "gone") return refused({ kind: "gone" });
    const now = seenNow(view, workload, around);
    if ("because" in now) return refused(unreadable(at.cluster, now.because));
    if (active.value) return refused({ kind: "under way", operation: active.value.value.operation });

    const candidates = candidatesOf({
      template: live.value.template.hash,
      revisions: revisions.value,
      releases: releases.value,
      healthyForMs: rules.healthyForMs,
      aliases,
      now: clock.now(),
    });
    if (candidates.current === null) return refused({ kind: "not settled" });
    if (candidates.others.length === 0) return refused({ kind: "nothing to go back to", gone: candidates.gone });
    const target = aimedAt(wanted.to, candidates, releases.value);
    if (!target) return wanted.to ? refused({ kind: "target gone" }) : { kind: "no default", at, candidates };
    const { current } = candidates;

    const surveying = createSurvey({ ...deps, lostIn, surveying: hands });
    const survey = surveying({ ...now, live: live.value, candidates, target, releases: releases.value });
    const pins = await survey.pins();
    const pinned = await read(readMs, async (stop) => hands.revision(at.of, target.revision.uid, pins, stop));
    if (pinned.kind !== "known") return refused(unreadable(at.cluster, pinned.because));
    if (pinned.value === null) return refused({ kind: "target gone" });

    const { uid, template, fence } = live.value;
    const plan: Plan = {
      of: at.of,
      bound: { uid, template: template.hash, fence },
      from: { ...sideOf(current), template: template.hash },
      to: { ...sideOf(target), template: pinned.value.template.hash, pins },
      expiresAt: clock.now() + rules.planForMs,
      soakMs: rules.soakMs,
      giveUpAfterMs,
    };
    const id = deps.newId();
    const rehearsal = await rehearsed(hands, { about, id, plan, live: live.value, target: pinned.value });
    const checks = await survey.checks(pinned.value.template, rehearsal);
    const admitted = rehearsal.kind === "accepted" ? rehearsal.template : null;
    const whole = { ...plan, to: { ...plan.to, admitted } };
    const { environment } = wanted;
    const service = properName(wanted.service, workload);
    const outcomes = outcomesOf(checks);
    const hash = hashOf(whole, checks);
    const draft = { id, environment, service, cluster: at.cluster, plan: whole, outcomes, hash };
    const kept = { ...draft, madeFor: about.by, at: clock.now() };
    const saved = await read(readMs, async () => store.commit(drafted(deps.newId(), kept)));
    if (saved.kind !== "known") return refused({ kind: "store", because: [saved.because] });
    const lost = lostSince(target, releases.value);
    return {
      kind: "plan",
      at,
      candidates,
      target,
      draft: kept,
      checks,
      lost,
      hurdles: hurdlesOf(outcomes, rules),
      rules,
    };
  }

  type Rehearsing = {
    readonly about: About;
    readonly id: string;
    readonly plan: Plan;
    readonly live: Live;
    readonly target: RawRevision;
  };

  /** The very patch that would be sent, as the state machine makes it. */
  async function rehearsed(hands: Restoring, it: Rehearsing): Promise<ManifestMaterial["rehearsal"]> {
    const { about, id, plan, live, target } = it;
    const { environment, service } = about.wanted;
    const now = clock.now();
    const asked = { environment, service, cluster: about.at.cluster, where: null, despite: [] };
    const intent: Intent = {
      id,
      kind: "rollback",
      undoes: null,
      plan,
      operator: about.by,
      reason: "-",
      at: now,
      asked,
    };
    const step = nextStep(opened(intent), { now, live, target, allowed: true, look: "unread", aliases });
    if (step.kind !== "patch") {
      return { kind: "no answer", because: "the workload cannot be changed as it is, so that nothing was tried" };
    }
    const told = await read(readMs, async (stop) => hands.rehearse(about.at.of, step.patch, stop));
    return told.kind === "known" ? told.value : { kind: "no answer", because: told.because };
  }

  /** What is not there may only not have been read yet. */
  function unseen(environment: string): Refused | null {
    const found = placesOf(environment).find(({ cluster, namespaces }) =>
      (namespaces ?? [null]).some((it) => view.freshness(cluster, it).state === "unread"),
    );
    return found ? unreadable(found.cluster, "it has not been read yet") : null;
  }

  function placesOf(environment: string) {
    return deps.environments.find((it) => it.name === environment)?.places ?? [];
  }

  function subjectOf({ cluster, namespace, kind, name }: Workload): Subject | null {
    const identity = deps.identities.of(cluster);
    return identity === null ? null : { cluster: identity, namespace, kind, name };
  }

  return draw;
}

function sideOf(candidate: Candidate): Side {
  const { uid, name, number, template } = candidate.revision;
  const revision = { uid, name, number };
  return { revision, template: template.hash, admitted: null, pins: [], images: imagesOf(candidate) };
}

/** As it is written, however somebody typed it. */
function properName(typed: string, { service, name }: Workload): string {
  return typed.toLowerCase() === name.toLowerCase() ? name : service;
}

function refused(because: Refused): Offer {
  return { kind: "refused", because };
}

function unreadable(cluster: string, because: string): Refused {
  return { kind: "cluster", cluster, because };
}
