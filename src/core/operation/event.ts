import type { EpochMs } from "../workload.ts";
import { type Intent, type Operation, type Progress } from "./operation.ts";

/** A Kubernetes Event on the workload, for whoever looks with kubectl. */
export type LeftEvent = {
  /** Letters, digits and dashes: made of the operation's id. */
  readonly name: string;
  readonly type: "Normal" | "Warning";
  /** In UpperCamelCase. */
  readonly reason: string;
  readonly message: string;
  readonly at: EpochMs;
};

const longest = 1_000;

/** What a step of an operation leaves behind in the cluster. Null where the workload was not changed, or nothing is new. */
export function eventOf(before: Operation, { intent, progress }: Operation, at: EpochMs): LeftEvent | null {
  if (before.progress.state === progress.state) return null;
  const said = wordsFor(progress, intent);
  if (said === null) return null;
  const name = `whatsrunning-${intent.id}-${progress.state}`.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  return { name, ...said, message: said.message.slice(0, longest).toWellFormed(), at };
}

type Said = Pick<LeftEvent, "type" | "reason" | "message">;

function wordsFor(progress: Progress, { kind, operator, reason, plan }: Intent): Said | null {
  const target = `revision ${plan.to.revision.number}`;
  switch (progress.state) {
    case "applied": {
      const message = `${kind} to ${target} by ${operator.name} via Slack: ${reason}`;
      return { type: "Normal", reason: kind === "undo" ? "RollbackUndone" : "RolledBack", message };
    }
    case "restored":
      return { type: "Normal", reason: "RollbackProven", message: `pods are ready on the images of ${target}` };
    case "failed":
      return { type: "Warning", reason: "RollbackFailed", message: `the ${kind} to ${target} did not help` };
    case "unproven":
      return { type: "Warning", reason: "RollbackUnproven", message: `nothing can prove what runs after the ${kind}` };
    case "waiting for approval":
    case "requested":
    case "sending":
    case "refused":
    case "expired":
    case "voided":
      return null;
  }
}
