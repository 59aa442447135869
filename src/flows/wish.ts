import { hasEnded, type Operation, type Person, type PodRef } from "../core/operation/operation.ts";
import { abort, deletePod, undo, type Wished as Answer } from "../core/operation/wish.ts";
import type { Clock, Commit, Store, Versioned } from "../ports.ts";
import type { Restoring } from "../ports/rollback.ts";
import { operating, operatingIndex, stepped, undone } from "../records/operating.ts";

/** What somebody may ask of an operation that exists. `reason`: why it is undone. */
export type Wish =
  | { readonly kind: "abort" }
  | { readonly kind: "delete pod"; readonly pod: PodRef }
  | { readonly kind: "undo"; readonly reason: string };

type Wished =
  | { readonly kind: "done" }
  | {
      readonly kind: "refused";
      readonly because: RefusedWish | (Answer<never> & { readonly kind: "refused" })["because"];
    }
  /** `because`: a sentence for people. */
  | { readonly kind: "not allowed" | "not now"; readonly because: string };

type RefusedWish = "no such operation" | "changed meanwhile";

export type Wishing = { wish(id: string, what: Wish, by: Person): Promise<Wished> };

/** Whether somebody may change what runs in an environment. `because`: a sentence for people. */
export type Authorize = (
  environment: string,
  person: Person,
  stop: AbortSignal,
) => Promise<{ readonly kind: "allowed" } | { readonly kind: "refused"; readonly because: string }>;

type Deps = {
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  /** By the cluster's identity. */
  readonly reach: (identity: string) => { readonly restoring: Pick<Restoring, "live"> } | null;
  readonly authorize: Authorize;
  /** How long an undo that was confirmed may wait until it is done. */
  readonly planForMs: (environment: string) => number;
  readonly moved: () => void;
};

const withinMs = 5_000;
const mostTries = 5;

/** What people press on the message of an operation. Writes the wish down, and answers; the loop does the rest. */
export function createWishing({ store, clock, newId, reach, authorize, planForMs, moved }: Deps): Wishing {
  async function wish(id: string, what: Wish, by: Person): Promise<Wished> {
    try {
      return await asked(id, what, by);
    } catch (err) {
      if (err instanceof Error && err.name === "StoreFault") return { kind: "not now", because: err.message };
      throw err;
    }
  }

  async function asked(id: string, what: Wish, by: Person): Promise<Wished> {
    const stop = AbortSignal.timeout(withinMs);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const read = await store.read(operating.operation(id));
      if (!read) return { kind: "refused", because: "no such operation" };
      const authority = await authorize(read.value.intent.asked.environment, by, stop);
      if (authority.kind === "refused") return { kind: "not allowed", because: authority.because };
      const change = await changeFor(read, what, by, stop);
      if ("kind" in change) return change;
      if ((await store.commit(change)) === "conflict") continue;
      moved();
      return { kind: "done" };
    }
    return { kind: "refused", because: "changed meanwhile" };
  }

  async function changeFor(
    read: Versioned<Operation>,
    what: Wish,
    by: Person,
    stop: AbortSignal,
  ): Promise<Commit | Wished> {
    const given = { by, at: clock.now() };
    switch (what.kind) {
      case "abort":
        return stepOf(read, abort(read.value, given));
      case "delete pod":
        return stepOf(read, deletePod(read.value, { ...given, pod: what.pod }));
      case "undo":
        return undoing(read, what.reason, by, stop);
    }
  }

  function stepOf(read: Versioned<Operation>, answer: Answer<Operation>): Commit | Wished {
    return answer.kind === "refused" ? answer : stepped(newId(), read, answer.value).commit;
  }

  /** Bound to what the workload is right now: whatever moves after this is not undone. */
  async function undoing(
    read: Versioned<Operation>,
    reason: string,
    by: Person,
    stop: AbortSignal,
  ): Promise<Commit | Wished> {
    const { intent } = read.value;
    if (await isUnderWay(intent.id)) return { kind: "refused", because: "asked already" };
    const { of } = intent.plan;
    const restoring = reach(of.cluster)?.restoring;
    if (!restoring) return { kind: "not now", because: `cluster ${intent.asked.cluster} is not followed` };
    const live = await restoring.live(of, stop).catch((err: unknown) => sentence(err));
    if (typeof live === "object" && "sentence" in live) return { kind: "not now", because: live.sentence };
    if (live === "gone") return { kind: "refused", because: "superseded" };
    const at = clock.now();
    const expiresAt = at + planForMs(intent.asked.environment);
    const bound = { uid: live.uid, template: live.template.hash, fence: live.fence };
    const answer = undo(read.value, { by, at, id: newId(), reason, bound, expiresAt });
    return answer.kind === "refused" ? answer : undone(newId(), read, answer.value);
  }

  async function isUnderWay(id: string): Promise<boolean> {
    const strings = await store.find(operatingIndex.undoing(id), { after: null, limit: 100 });
    const read = await Promise.all(strings.map(async (it) => store.read(operating.operation(operatingIndex.idOf(it)))));
    return read.some((it) => it !== null && !hasEnded(it.value.progress));
  }

  return { wish };
}

function sentence(err: unknown): { readonly sentence: string } {
  return { sentence: err instanceof Error ? err.message : String(err) };
}
