import type { LeftEvent } from "../../core/operation/event.ts";
import { answered } from "../../core/operation/next.ts";
import type { Operation } from "../../core/operation/operation.ts";
import { podDeleted } from "../../core/operation/prove.ts";
import type { Step } from "../../core/operation/step.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Clock } from "../../ports.ts";
import type { Restoring } from "../../ports/rollback.ts";

export type Effects = {
  readonly clock: Pick<Clock, "now">;
  readonly reach: (identity: string) => { readonly restoring: Restoring } | null;
  /** What went wrong with an effect, for the log. */
  readonly failed: (err: unknown, of: { readonly operation: string; readonly doing: string }) => void;
  readonly patchMs?: number;
};

type Act = Exclude<Step, { readonly kind: "record" }>;

const eventMs = 1_500;
const againAfterMs = 5_000;

/** Does what a step says, once. It is never given up half way: only its deadline ends it. */
export function createEffects({ clock, reach, failed, patchMs = 8_000 }: Effects) {
  /** What the operation is after the answer. Where none came, it is due at once: the cluster has to be asked. */
  async function carryOut(first: Operation, step: Act): Promise<Operation> {
    const { id, plan } = first.intent;
    const restoring = reach(plan.of.cluster)?.restoring;
    if (!restoring) return notSent(first, step, clock.now());
    const deadline = AbortSignal.timeout(patchMs);
    try {
      if (step.kind === "patch") {
        const answer = await restoring.patch(plan.of, step.patch, deadline);
        return answered(first, step.patch, answer, clock.now());
      }
      const outcome = await restoring.deletePod(plan.of.namespace, step.pod, deadline);
      return podDeleted(first, outcome, clock.now());
    } catch (err) {
      failed(err, { operation: id, doing: step.kind });
      return { ...first, dueAt: clock.now() };
    }
  }

  /** For whoever looks with kubectl. The operation does not depend on it. */
  async function leave({ intent }: Operation, event: LeftEvent): Promise<void> {
    const { of } = intent.plan;
    await reach(of.cluster)
      ?.restoring.leaveEvent(of, event, AbortSignal.timeout(eventMs))
      .catch((err: unknown) => failed(err, { operation: intent.id, doing: "leave an Event" }));
  }

  return { carryOut, leave };
}

/** Nothing left: it is as if the server had been too busy to take it. */
export function notSent(first: Operation, step: Act, now: EpochMs): Operation {
  return step.kind === "patch"
    ? answered(first, step.patch, { kind: "busy" }, now)
    : { ...first, dueAt: now + againAfterMs };
}
