import type { KnownBlock } from "@slack/types";
import type { Operation, Side } from "../../core/operation/operation.ts";
import { context, section } from "../message.ts";
import { literal } from "../words/text.ts";

/** What Kubernetes takes for names, and kubectl's own words: nothing that a shell or Slack would make something of. */
const typed = /^[a-z0-9./= -]{1,600}$/;

/** The same with kubectl: what would be typed, and what to look at where something is stuck. */
export function byHand(operation: Operation): KnownBlock[] {
  const lines = linesFor(operation);
  if (lines.length === 0 || !lines.every((it) => typed.test(it))) return [];
  const { asked } = operation.intent;
  return [
    context(`By hand, in cluster ${literal(asked.cluster, 80)}${caution(operation)}:`),
    section(`\`\`\`${lines.join("\n")}\`\`\``),
  ];
}

function linesFor({ intent: { plan }, progress }: Operation): readonly string[] {
  const { namespace, kind, name } = plan.of;
  const kubectl = `kubectl -n ${namespace}`;
  const what = `${kind.toLowerCase()}/${name}`;
  const there = `${kubectl} rollout undo ${what} --to-revision=${plan.to.revision.number}`;
  const status = `${kubectl} rollout status ${what}`;
  switch (progress.state) {
    case "waiting for approval":
    case "requested":
    case "sending":
      return [there, status];
    case "applied": {
      const { obstacle, trouble } = progress;
      const pod = trouble?.what.pod ?? null;
      return [
        status,
        ...(obstacle === null ? [] : [`${kubectl} delete pod ${obstacle.name}`]),
        ...(pod === null ? [] : lookAt(kubectl, pod)),
      ];
    }
    case "failed": {
      const pod = progress.because.kind === "not ready" ? (progress.because.cause?.pod ?? null) : null;
      return [`${kubectl} rollout history ${what}`, ...(pod === null ? [] : lookAt(kubectl, pod))];
    }
    case "unproven":
      return [`${kubectl} get pods -o wide`, status];
    case "refused":
    case "expired":
    case "voided":
      return [`${kubectl} rollout history ${what}`, there];
    case "restored":
      return [];
  }
}

function lookAt(kubectl: string, pod: string): readonly string[] {
  return [`${kubectl} describe pod ${pod}`, `${kubectl} logs ${pod} --all-containers --previous`];
}

/** kubectl restores what the template says: a tag may have moved since. */
function caution({ intent: { plan } }: Operation): string {
  return hasPins(plan.to) ? " (kubectl would not hold the image to its digest)" : "";
}

function hasPins({ pins }: Side): boolean {
  return pins.length > 0;
}
