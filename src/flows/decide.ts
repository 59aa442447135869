import type { Intent, Moved, Person } from "../core/operation/operation.ts";
import { type Draft, type Given, hurdlesOf, type Lack, lacks } from "../core/plan/draft.ts";
import type { Refused } from "../core/plan/offer.ts";
import type { Rules } from "../core/plan/rules.ts";
import type { View } from "../core/view.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Clock, Store, Versioned } from "../ports.ts";
import { confirmed, operating } from "../records/operating.ts";
import { planning } from "../records/planning.ts";
import type { Authorizing } from "./decide/authority.ts";
import { sentenceOf, storeRefusal } from "./plan/store.ts";

type Confirmation = {
  /** The plan's id. */
  readonly plan: string;
  readonly by: Person;
  readonly where: Intent["asked"]["where"];
  readonly given: Given;
};

type Decision =
  | { readonly kind: "accepted"; readonly intent: Intent }
  /** Something is not filled in, or not as it has to be. */
  | { readonly kind: "incomplete"; readonly lacks: readonly Lack[]; readonly service: string }
  | { readonly kind: "refused"; readonly because: Refused };

export type Deciding = { confirm(confirmation: Confirmation): Promise<Decision> };

type Deps = Pick<Authorizing, "mayRollBack"> & {
  readonly view: View;
  readonly rulesOf: (environment: string) => Rules | null;
  readonly store: Pick<Store, "read" | "commit" | "durability">;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
};

/** What a confirmation comes to: one commit, and no word to any cluster. Slack waits three seconds for the answer. */
export function createDeciding({ view, rulesOf, store, clock, newId, mayRollBack }: Deps): Deciding {
  async function confirm(confirmation: Confirmation): Promise<Decision> {
    const againUntil = clock.now() + againWithinMs;
    try {
      const [before, draft] = await Promise.all([
        store.read(operating.operation(confirmation.plan)),
        store.read(planning.draft(confirmation.plan)),
      ]);
      if (before) return { kind: "accepted", intent: before.value.intent }; // a click that came twice
      return draft ? await decide(confirmation, draft, againUntil) : refused({ kind: "expired" });
    } catch (err) {
      return refused({ kind: "store", because: [sentenceOf(err)] });
    }
  }

  async function decide(confirmation: Confirmation, read: Versioned<Draft>, againUntil: EpochMs): Promise<Decision> {
    const { plan: id, by, given, where } = confirmation;
    const { value: draft } = read;
    const { environment, service, cluster, plan } = draft;
    const rules = rulesOf(environment);
    if (rules === null) return refused({ kind: "off" });
    const [authority, stored] = await Promise.all([mayRollBack(by.id, environment), storeRefusal(store)]);
    if (authority.kind !== "allowed") return refused({ kind: "authority", authority });
    if (rules.approvals > 0) return refused({ kind: "approvals" });
    if (stored) return refused(stored);
    const at = clock.now();
    if (at >= plan.expiresAt) return refused({ kind: "expired" });
    const { stops, accept, override } = hurdlesOf(draft.outcomes, rules);
    if (stops.length > 0) return refused({ kind: "stopped", stops });
    const missing = lacks(draft, rules, given);
    if (missing.length > 0) return { kind: "incomplete", lacks: missing, service };

    const despite = [...new Set([...override, ...accept])];
    const asked = { environment, service, cluster, where, despite };
    const reason = given.reason.trim();
    const intent: Intent = { id, kind: "rollback", undoes: null, plan, operator: by, reason, at, asked };
    const moved = movedSince(draft);
    if (moved) return afterwards(id, moved);
    const commit = confirmed(newId(), intent, { key: read.key, version: read.version });
    return sent(commit, againUntil).then(
      async (outcome) => (outcome === "done" ? { kind: "accepted", intent } : afterwards(id, { kind: "expired" })),
      (err: unknown) => refused({ kind: "not known", because: sentenceOf(err) }),
    );
  }

  /** The same commit counts once; what got lost on its way is found out by sending it again, while somebody waits for it. */
  async function sent(commit: ReturnType<typeof confirmed>, againUntil: EpochMs): Promise<"done" | "conflict"> {
    return store.commit(commit).catch(async (err: unknown) => {
      sentenceOf(err);
      if (clock.now() > againUntil) throw err;
      return store.commit(commit);
    });
  }

  /** Another click may have been quicker, with this plan or with another of the same workload. */
  async function afterwards(id: string, otherwise: Refused): Promise<Decision> {
    const before = await store.read(operating.operation(id));
    if (before) return { kind: "accepted", intent: before.value.intent };
    const draft = await store.read(planning.draft(id));
    const active = draft && (await store.read(operating.active(draft.value.plan.of)));
    return refused(active ? { kind: "under way", operation: active.value.operation } : otherwise);
  }

  /** As far as the streams have told. Whoever carries it out looks again, at the workload itself. */
  function movedSince({ cluster, plan }: Draft): Refused | null {
    const { namespace, kind, name } = plan.of;
    if (view.freshness(cluster, namespace, kind).state !== "live") return null;
    const workload = view
      .find(name, [{ cluster, namespaces: [namespace] }])
      .find((it) => it.kind === kind && it.name === name);
    const now = workload?.template.containers.map(({ name: container, image }) => ({ container, image })) ?? [];
    const moved = (...what: readonly Moved[]): Refused => ({ kind: "moved", what, now });
    if (!workload || workload.uid !== plan.bound.uid) return moved("made anew");
    if (workload.template.hash !== plan.bound.template) return moved("template");
    return workload.paused ? moved("paused") : null;
  }

  return { confirm };
}

/** Slack waits three seconds for an answer, and the store takes up to one. */
const againWithinMs = 1_800;

function refused(because: Refused): Decision {
  return { kind: "refused", because };
}
