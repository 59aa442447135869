import { type Rollout, rolloutOf } from "../rollout.ts";
import { firstNotReady, firstTrouble } from "../trouble.ts";
import type { EpochMs, Pod, Workload } from "../workload.ts";
import { check, type Check } from "./check.ts";
import type { Learnt, Quota, Scaling } from "./material.ts";

/** Is the workload in a state in which a rollback does what people expect of it? */
export type StateFinding =
  | { readonly outcome: "ok"; readonly kind: "settled" }
  | { readonly outcome: "ok"; readonly kind: "scaled automatically"; readonly scaling: Scaling }
  | { readonly outcome: "block"; readonly kind: "paused" | "being deleted" }
  /** It goes over into the rollback. */
  | { readonly outcome: "warn"; readonly kind: "rolling out"; readonly rollout: Rollout["state"] }
  /** Pods take the template only when somebody deletes them. */
  | { readonly outcome: "warn"; readonly kind: "on delete" }
  | { readonly outcome: "warn"; readonly kind: "partitioned"; readonly partition: number }
  /** All pods stop before the first new one starts. */
  | { readonly outcome: "warn"; readonly kind: "downtime" }
  /** Nothing will prove it. */
  | { readonly outcome: "warn"; readonly kind: "no pods" }
  /** A StatefulSet waits for this pod until somebody deletes it. */
  | { readonly outcome: "warn"; readonly kind: "stuck pod"; readonly pod: string; readonly reason: string }
  | { readonly outcome: "warn"; readonly kind: "quota used up"; readonly quota: Quota }
  /** It carries an operation of ours that the store knows nothing of: nobody can tell what was done, and why. */
  | { readonly outcome: "unknown"; readonly kind: "record lost"; readonly operation: string }
  | { readonly outcome: "unknown"; readonly kind: "scaling unread" | "quotas unread"; readonly because: string };

export type StateMaterial = {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
  readonly deleting: boolean;
  /** The operation that it carries, and that is not in the store. Null: none. */
  readonly lost: string | null;
  readonly scaling: Learnt<Scaling | null>;
  readonly quotas: Learnt<readonly Quota[]>;
  readonly now: EpochMs;
};

export function stateCheck({ workload, pods, deleting, lost, scaling, quotas, now }: StateMaterial): Check<"state"> {
  const found: readonly StateFinding[] = [
    ...(deleting ? [{ outcome: "block", kind: "being deleted" } as const] : []),
    ...(lost === null ? [] : [{ outcome: "unknown", kind: "record lost", operation: lost } as const]),
    ...rolling(rolloutOf(workload, now)),
    ...(workload.strategy === "Recreate" ? [{ outcome: "warn", kind: "downtime" } as const] : []),
    ...(workload.partition > 0
      ? [{ outcome: "warn", kind: "partitioned", partition: workload.partition } as const]
      : []),
    ...(workload.replicas === 0 ? [{ outcome: "warn", kind: "no pods" } as const] : []),
    ...stuck(workload, pods, now),
    ...scaled(scaling),
    ...limited(quotas),
  ];
  return check("state", found, { outcome: "ok", kind: "settled" });
}

function rolling(rollout: Rollout): readonly StateFinding[] {
  switch (rollout.state) {
    case "paused":
      return [{ outcome: "block", kind: "paused" }];
    case "on delete":
      return [{ outcome: "warn", kind: "on delete" }];
    case "unobserved":
    case "failed":
    case "progressing":
      return [{ outcome: "warn", kind: "rolling out", rollout: rollout.state }];
    case "done":
      return [];
  }
}

function stuck({ ordered }: Workload, pods: readonly Pod[], now: EpochMs): readonly StateFinding[] {
  const trouble = ordered ? (firstTrouble(pods, now) ?? firstNotReady(pods)) : null;
  return trouble ? [{ outcome: "warn", kind: "stuck pod", pod: trouble.pod, reason: trouble.reason }] : [];
}

function scaled(scaling: StateMaterial["scaling"]): readonly StateFinding[] {
  if (scaling.kind !== "known") return [{ outcome: "unknown", kind: "scaling unread", because: scaling.because }];
  return scaling.value === null ? [] : [{ outcome: "ok", kind: "scaled automatically", scaling: scaling.value }];
}

const counted: ReadonlySet<string> = new Set(["pods", "count/pods"]);

/** Of pods alone: how much of anything else a rollout takes for a while cannot be told from here. */
function limited(quotas: StateMaterial["quotas"]): readonly StateFinding[] {
  if (quotas.kind !== "known") return [{ outcome: "unknown", kind: "quotas unread", because: quotas.because }];
  const full = quotas.value.filter((it) => counted.has(it.resource) && Number(it.used) >= Number(it.hard));
  return full.map((quota) => ({ outcome: "warn", kind: "quota used up", quota }));
}
