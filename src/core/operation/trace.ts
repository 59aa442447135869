import { shortDigest } from "../image/reference.ts";
import type { Restored } from "../ledger/kind.ts";
import type { Intent, Operation } from "./operation.ts";

/** What an operation leaves behind on the workload for whoever looks with kubectl. */

const key = "kubernetes.io/change-cause";
const longest = 1024;

/** What `kubectl rollout history` will show for the revision. */
export function changeCause(
  { id, kind, plan, operator, reason }: Intent,
  before: Readonly<Record<string, string>>,
): string {
  const digests = plan.to.images.flatMap((it) => it.digests.slice(0, 1)).map(shortDigest);
  const named = digests.length > 0 ? ` (${digests.join(", ")})` : "";
  const parts = [
    `${kind} to revision ${plan.to.revision.number}${named} by ${operator.name} via Slack, was revision ${plan.from.revision.number}`,
    `reason: ${reason}`,
    `operation: ${id}`,
    ...(before[key] === undefined ? [] : [`original cause: ${before[key]}`]),
  ];
  return parts.join("; ").slice(0, longest).toWellFormed();
}

const ours: ReadonlySet<string> = new Set(
  ["commit", "deployer", "source", "run", "migration"].map((it) => `whatsrunning.dev/${it}`),
);
const pipelines: readonly string[] = ["actions.github.com/", "app.gitlab.com/"];

/** Tells where a release came from. Whoever owns the object (Argo CD, Flux, Helm, kubectl apply) has keys of other names. */
function isProvenance(it: string): boolean {
  return ours.has(it) || pipelines.some((prefix) => it.startsWith(prefix));
}

/**
 * The annotations that tell where the release came from go back with it: a controller copies whatever the workload says onto
 * the revision, and what the bad release left there would then be told of the good one. Null takes a key away.
 */
export function restoredNotes(
  now: Readonly<Record<string, string>>,
  then: Readonly<Record<string, string>>,
): Readonly<Record<string, string | null>> {
  const keys = [...new Set([...Object.keys(now), ...Object.keys(then)])].filter(isProvenance).toSorted();
  const changed = keys.filter((it) => now[it] !== then[it]);
  return Object.fromEntries(changed.map((it) => [it, then[it] ?? null]));
}

/** The annotation that carries the last operation which touched a workload: nobody else writes it. */
export const fenceKey = "whatsrunning.dev/operation";

/** The id of the operation that left the mark: of one that was shut out, too. */
export function operationIn(fence: string): string {
  return fence.replace(/^void:/, "");
}

/** What it put there, and since when it may be there. */
export function restoredBy({ intent, progress }: Operation): Restored {
  const { template, admitted } = intent.plan.to;
  const applied = progress.state === "applied" ? progress.template : null;
  return {
    templates: [template, admitted, applied].filter((it) => it !== null),
    from: intent.plan.from.template,
    since: intent.at,
    takenBack: { operator: intent.operator.name, reason: intent.reason },
  };
}
