import type { EpochMs, Pod, PodContainer } from "./workload.ts";

/** One pod that will not get ready by itself, and why, in Kubernetes' own words. */
export type Trouble = {
  readonly pod: string;
  readonly container: string | null;
  readonly reason: string;
  readonly message: string;
  readonly exitCode: number | null;
  readonly restarts: number;
};

/** Waiting reasons that are failures. `ContainerCreating` and `PodInitializing` are not: they may be over in a second. */
const failures: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
  "CreateContainerConfigError",
  "CreateContainerError",
  "CrashLoopBackOff",
  "RunContainerError",
  "StartError",
  "PreCreateHookError",
  "PreStartHookError",
  "PostStartHookError",
]);

/** An autoscaler may still bring a node. */
const unschedulableAfterMs = 15_000;

/** The first pod in trouble, oldest first, so that the answer does not jump from pod to pod. */
export function firstTrouble(pods: readonly Pod[], now: EpochMs): Trouble | null {
  for (const pod of oldestFirst(pods)) {
    const trouble = troubleOf(pod, now);
    if (trouble) return trouble;
  }
  return null;
}

function oldestFirst(pods: readonly Pod[]): readonly Pod[] {
  return pods.toSorted((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1));
}

function troubleOf(pod: Pod, now: EpochMs): Trouble | null {
  if (pod.unschedulable !== null && now - pod.createdAt >= unschedulableAfterMs) {
    const reason = "Unschedulable";
    return { pod: pod.name, container: null, reason, message: pod.unschedulable, exitCode: null, restarts: 0 };
  }
  const failing = pod.containers.find(isFailing);
  if (!failing) return null;
  const { name, waiting, ended, restarts } = failing;
  return {
    pod: pod.name,
    container: name,
    reason: waiting?.reason ?? "CrashLoopBackOff",
    message: waiting?.message ?? "",
    exitCode: ended?.exitCode ?? null,
    restarts,
  };
}

/** Between two crashes a container runs for a moment; having crashed more than once it is still looping. */
function isFailing({ role, waiting, ready, ended, restarts }: PodContainer): boolean {
  if (role === "ephemeral") return false;
  if (waiting) return failures.has(waiting.reason);
  return !ready && restarts >= 2 && ended !== null && ended.exitCode !== 0;
}

/** The longest a pod may take to get ready where no controller sets a deadline: as long as a Deployment's own default. */
const overdueAfterMs = 600_000;

/** For StatefulSets and DaemonSets, whose rollouts never give up. */
export function firstOverdue(pods: readonly Pod[], now: EpochMs): Trouble | null {
  return firstNotReady(pods.filter((it) => now - it.createdAt >= overdueAfterMs));
}

/** A pod that starts, or is not ready for a moment, is no obstacle yet. */
const obstacleAfterMs = 120_000;

/**
 * The pod of an older revision that holds up a StatefulSet which goes one pod after the other: its controller waits for
 * that pod, and nobody replaces it. https://github.com/kubernetes/kubernetes/issues/67250
 */
export function firstObstacle(pods: readonly Pod[], now: EpochMs): Trouble | null {
  return firstTrouble(pods, now) ?? firstNotReady(pods.filter((it) => now - it.createdAt >= obstacleAfterMs));
}

/** When time is up and no pod says why: the oldest one that is not ready, and what its container waits for. */
export function firstNotReady(pods: readonly Pod[]): Trouble | null {
  const pod = oldestFirst(pods).find((it) => !it.ready);
  if (!pod) return null;
  const container = pod.containers.find((it) => !it.ready && (it.role === "main" || it.role === "sidecar"));
  return {
    pod: pod.name,
    container: container?.name ?? null,
    reason: container?.waiting?.reason ?? "NotReady",
    message: container?.waiting?.message ?? "",
    exitCode: null,
    restarts: container?.restarts ?? 0,
  };
}
