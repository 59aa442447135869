import type { EpochMs } from "../workload.ts";
import type { Applied, Cause, FailedBecause, Lasting, Operation, Soak } from "./operation.ts";
import { sightOf, type Sight } from "./proof.ts";
import { again, end, type Facts, leaseMs, type Step } from "./step.ts";

/** As our writes are listed under `managedFields`. */
const fieldManager = "whatsrunning";

const lookAgainMs = 3_000;
/** Nobody has seen what the pods did for longer than this: the soak begins anew. */
const longestGapMs = 30_000;
/** What is broken for a moment may heal; and right after a change, conditions of the rollout before are still there. */
const failsAfterMs = 30_000;

/** The workload was changed. It counts only once its pods say so, and keep saying so. */
export function prove(operation: Operation, applied: Applied, facts: Facts): Step {
  const { now, look } = facts;
  const { plan } = operation.intent;
  const isLate = now >= applied.at + plan.giveUpAfterMs;
  if (look === "unread") {
    if (isLate) return end(operation, { state: "unproven", at: now, because: "out of sight" });
    return again(operation, now + lookAgainMs);
  }
  const sight = sightOf({
    records: look,
    uid: plan.bound.uid,
    template: applied.template,
    target: plan.to,
    manager: fieldManager,
    aliases: facts.aliases,
    now,
  });
  switch (sight.kind) {
    case "gone":
      return fail(operation, { kind: "gone" }, now);
    case "superseded":
      return fail(
        operation,
        { kind: "superseded", by: sight.by, reverted: sight.template === plan.bound.template },
        now,
      );
    case "no pods wanted":
      return end(operation, { state: "unproven", at: now, because: "no pods" });
    case "proven":
    case "ready, unknown digest":
      return soaked(operation, applied, sight, now);
    case "not yet":
      return notYet(operation, applied, sight, { facts, isLate });
  }
}

type Ready = Sight & { readonly kind: "proven" | "ready, unknown digest" };

function soaked(operation: Operation, applied: Applied, sight: Ready, now: EpochMs): Step {
  const soak = goOn(applied.soak, sight, now);
  const readyAt = soak.since;
  if (now - readyAt >= operation.intent.plan.soakMs) {
    return sight.kind === "proven"
      ? end(operation, { state: "restored", at: now, readyAt })
      : end(operation, { state: "unproven", at: now, because: "no digest known" });
  }
  const pods = { ready: sight.wanted, wanted: sight.wanted };
  const progress = { ...applied, pods, soak, trouble: null, obstacle: null };
  return again({ ...operation, progress }, Math.min(now + lookAgainMs, readyAt + operation.intent.plan.soakMs));
}

/**
 * A container that crashed and came back between two looks was not ready all the time; nor was a workload that somebody
 * changed and changed back, of which only its generation tells.
 */
function goOn(soak: Soak | null, { restarts, generation }: Ready, now: EpochMs): Soak {
  const isUnbroken =
    soak !== null && now - soak.lastAt <= longestGapMs && restarts <= soak.restarts && generation === soak.generation;
  return { since: isUnbroken ? soak.since : now, lastAt: now, restarts, generation };
}

type NotYet = Sight & { readonly kind: "not yet" };

function notYet(
  operation: Operation,
  applied: Applied,
  { pods, trouble, waitsFor, obstacle }: NotYet,
  { facts, isLate }: { readonly facts: Facts; readonly isLate: boolean },
): Step {
  const { now } = facts;
  const lasting = lastingOf(applied.trouble, trouble, now);
  if (lasting !== null && now - lasting.since >= failsAfterMs) {
    return fail(operation, { kind: "not ready", cause: lasting.what }, now);
  }
  if (isLate) return fail(operation, { kind: "not ready", cause: trouble ?? waitsFor }, now);

  const waiting = { ...operation, progress: { ...applied, pods, soak: null, trouble: lasting, obstacle } };
  return deletion(waiting, obstacle, facts) ?? again(waiting, now + lookAgainMs);
}

function lastingOf(before: Lasting | null, what: Cause | null, now: EpochMs): Lasting | null {
  return what === null ? null : { since: before?.since ?? now, what };
}

/** Only the very pod that was asked about, and only while it is still what holds things up. */
function deletion(operation: Operation, obstacle: Applied["obstacle"], { allowed, now }: Facts): Step | null {
  const { wishes } = operation;
  const asked = wishes.deletion;
  if (asked === null || (asked.state !== "asked" && asked.state !== "sending")) return null;
  const settled = (state: "refused" | "not needed"): Step =>
    again({ ...operation, wishes: { ...wishes, deletion: { ...asked, state } } }, now + lookAgainMs);
  if (obstacle?.uid !== asked.pod.uid) return settled("not needed");
  if (!allowed) return settled("refused");
  const first = {
    ...operation,
    wishes: { ...wishes, deletion: { ...asked, state: "sending" } },
    dueAt: now + leaseMs,
  } as const;
  return { kind: "delete pod", pod: asked.pod, first };
}

function fail(operation: Operation, because: FailedBecause, at: EpochMs): Step {
  return end(operation, { state: "failed", at, because });
}

/** What came of the deletion. Where no answer came, the same pod is deleted again, which is safe by its uid. */
export function podDeleted(first: Operation, state: "done" | "not needed" | "refused", now: EpochMs): Operation {
  const { deletion: asked } = first.wishes;
  if (asked === null) return first;
  return { ...first, wishes: { ...first.wishes, deletion: { ...asked, state } }, dueAt: now };
}
