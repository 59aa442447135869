import type { Running } from "../running.ts";
import type { EpochMs } from "../workload.ts";
import type { Failure, Outcome } from "./release.ts";

type Times = { /** Of the release. */ readonly start: EpochMs; readonly now: EpochMs };

/** How a release in force fares, given what was known of it and what is seen now. */
export function outcomeOf(before: Outcome, running: Running, { start, now }: Times): Outcome {
  const [verdict] = running.verdicts;
  if (isHealthy(running)) {
    if (before.state === "healthy") return before;
    return { state: "healthy", since: finishedAt(running, before, { start, now }), earlierMs: earlierMs(before, now) };
  }
  if (verdict.kind === "stuck") {
    const because = failureOf(verdict);
    const isKnown = before.state === "failed" && before.because.reason === because.reason;
    return isKnown ? before : { state: "failed", at: now, because, earlierMs: earlierMs(before, now) };
  }
  if (verdict.kind === "scaled to zero" && before.state === "pending") return { state: "unseen" };
  // a pod that is replaced or added makes a healthy release no worse, and a crash loop's good moments make it no better
  return before;
}

function isHealthy({ verdicts: [verdict], pods, rollout }: Running): boolean {
  const finished = rollout.state === "done" || rollout.state === "on delete";
  return verdict.kind === "uniform" && finished && pods.wanted > 0 && pods.ready >= pods.wanted;
}

/** A Deployment notes when its pods were all available, which may be long before we first looked. */
function finishedAt({ workload }: Running, before: Outcome, { start, now }: Times): EpochMs {
  const finished = workload.conditions.find((it) => it.reason === "NewReplicaSetAvailable")?.updatedAt ?? null;
  const isOurs = finished !== null && finished >= start && finished <= now;
  return isOurs && before.state === "pending" ? finished : now;
}

const mostMessage = 400;

function failureOf({ trouble, message, left }: Running["verdicts"][0] & { kind: "stuck" }): Failure {
  if (trouble === null) return { pod: null, container: null, reason: message, exitCode: null, message: "", left };
  const { pod, container, reason, exitCode } = trouble;
  return { pod, container, reason, exitCode, message: trouble.message.slice(0, mostMessage), left };
}

function earlierMs(before: Outcome, now: EpochMs): number {
  switch (before.state) {
    case "healthy":
      return before.earlierMs + Math.max(0, now - before.since);
    case "failed":
      return before.earlierMs;
    case "unseen":
    case "pending":
      return 0;
  }
}
