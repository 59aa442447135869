import type { EpochMs } from "../workload.ts";
import { couldStillLand, type Live } from "./live.ts";
import type { Ended, Moved, Operation, RefusedBecause } from "./operation.ts";
import { prove } from "./prove.ts";
import { again, type Answer, end, ended, type Facts, leaseMs, type Patch, type Step } from "./step.ts";
import { changeCause, restoredNotes } from "./trace.ts";

const againAfterMs = 5_000;
const mostAttempts = 5;

export function nextStep(operation: Operation, facts: Facts): Step {
  const { progress, wishes } = operation;
  switch (progress.state) {
    case "waiting for approval":
      if (wishes.abort) return end(operation, { state: "voided", at: facts.now, because: "aborted" });
      return facts.now < progress.until ? again(operation, progress.until) : expire(operation, facts);
    case "requested":
      return send(operation, progress, facts);
    case "sending":
      return settle(operation, progress, facts);
    case "applied":
      return prove(operation, progress, facts);
    case "restored":
    case "unproven":
    case "failed":
    case "refused":
    case "expired":
    case "voided":
      return end(operation, progress);
  }
}

type In<State> = Operation["progress"] & { readonly state: State };

/** Nothing has left yet: each of these ends needs no word to the cluster. */
function send(operation: Operation, { attempts }: In<"requested">, facts: Facts): Step {
  const { intent, wishes } = operation;
  const { now, live, target } = facts;
  if (wishes.abort) return end(operation, { state: "voided", at: now, because: "aborted" });
  if (now >= intent.plan.expiresAt) return expire(operation, facts);
  if (!facts.allowed) return refuse(operation, { kind: "not allowed" }, now);
  if (live === "unread") return again(operation, now + againAfterMs);
  if (live === "gone") return refuse(operation, { kind: "gone" }, now);
  const [first, ...more] = movedSince(operation, live);
  if (first) return refuse(operation, { kind: "moved", what: [first, ...more] }, now);
  if (target?.template.hash !== intent.plan.to.template) return refuse(operation, { kind: "target gone" }, now);
  if (live.template.hash === target.template.hash) return refuse(operation, { kind: "already there" }, now);
  if (attempts >= mostAttempts) return refuse(operation, { kind: "keeps moving" }, now);

  const { uid, generation, fence } = live;
  const change = {
    template: target.template,
    cause: changeCause(intent, target.annotations),
    notes: restoredNotes(live.annotations ?? {}, target.annotations),
  };
  return {
    kind: "patch",
    patch: { operation: intent.id, seen: live, fence: intent.id, change },
    first: {
      ...operation,
      progress: { state: "sending", attempts: attempts + 1, sent: { uid, generation, fence } },
      dueAt: now + leaseMs,
    },
  };
}

/** Replicas and other people's annotations may change between the plan and its execution. Nothing else may. */
function movedSince({ intent: { plan } }: Operation, live: Live): readonly Moved[] {
  const moved: Record<Moved, boolean> = {
    "made anew": live.uid !== plan.bound.uid,
    template: live.template.hash !== plan.bound.template,
    operation: live.fence !== plan.bound.fence,
    paused: live.paused,
    "being deleted": live.deleting,
  };
  const all = ["made anew", "template", "operation", "paused", "being deleted"] as const;
  return all.filter((it) => moved[it]);
}

/** A patch may be under way. Only the cluster can tell; and "not done" is said after the void. */
function settle(operation: Operation, progress: In<"sending">, { now, live }: Facts): Step {
  const { id } = operation.intent;
  if (live === "unread") return again(operation, now + againAfterMs);
  if (live === "gone" || live.uid !== progress.sent.uid) return end(operation, notDone(operation, "moved on", now));
  if (live.fence === id) return { kind: "record", next: applied(operation, progress, live, now) };
  if (!couldStillLand(progress.sent, live)) return end(operation, notDone(operation, "moved on", now));
  return {
    kind: "patch",
    patch: { operation: id, seen: live, fence: `void:${id}`, change: null },
    first: { ...operation, dueAt: now + leaseMs },
  };
}

function notDone(operation: Operation, because: "moved on" | "void", at: EpochMs): Ended {
  const shut = operation.wishes.abort ? "aborted" : "unclear";
  return { state: "voided", at, because: because === "void" ? shut : because };
}

/**
 * It carries our fence. One generation on, nobody wrote after us, and what is there is what the server made of ours, webhooks
 * and all. Further on it has to be the template we sent, or what the dry run of it became; anything else was put there since.
 */
function applied(operation: Operation, { sent }: In<"sending">, live: Live, now: EpochMs): Operation {
  const { to } = operation.intent.plan;
  const isOurs = live.generation === sent.generation + 1 || [to.template, to.admitted].includes(live.template.hash);
  const template = isOurs ? live.template.hash : to.template; // which the proof will find to be superseded
  const progress = {
    state: "applied",
    at: now,
    template,
    pods: null,
    soak: null,
    trouble: null,
    obstacle: null,
  } as const;
  return { ...operation, progress, dueAt: now };
}

/** `operation`: the step's `first`. */
export function answered(operation: Operation, patch: Patch, answer: Answer, now: EpochMs): Operation {
  const { progress } = operation;
  if (progress.state !== "sending") return operation;
  if (patch.change === null) return voidAnswered(operation, answer, now);
  switch (answer.kind) {
    case "applied":
      return applied(operation, progress, answer.live, now);
    case "moved":
      return { ...operation, progress: { state: "requested", attempts: progress.attempts }, dueAt: now };
    case "busy":
      return {
        ...operation,
        progress: { state: "requested", attempts: progress.attempts - 1 }, // it is not the workload that moved
        dueAt: now + againAfterMs,
      };
    case "forbidden":
    case "invalid":
      return ended(operation, {
        state: "refused",
        at: now,
        because: { kind: "server", reason: answer.kind, message: answer.message },
      });
  }
}

/** A void that did not go through leaves everything open: look again. */
function voidAnswered(operation: Operation, { kind }: Answer, now: EpochMs): Operation {
  if (kind === "applied") return ended(operation, notDone(operation, "void", now));
  return { ...operation, dueAt: kind === "moved" ? now : now + againAfterMs };
}

function expire(operation: Operation, { now }: Facts): Step {
  return end(operation, { state: "expired", at: now });
}

function refuse(operation: Operation, because: RefusedBecause, at: EpochMs): Step {
  return end(operation, { state: "refused", at, because });
}
