import { sha256, type Pulled } from "./image.ts";
import { timestamp, type Condition } from "./meta.ts";
import type { ContainerStatus, Pod } from "./object.ts";
import type { Container } from "./pod-template.ts";

/** What a kubelet with containerd writes about a pod, as pure functions. */

export function waitingFirst({ name, image }: Container, reason: string): ContainerStatus {
  const state = { waiting: { reason } };
  return { name, image, imageID: "", ready: false, started: false, restartCount: 0, state, lastState: {} };
}

export function waiting(it: ContainerStatus, reason: string, message: string): ContainerStatus {
  return { ...it, state: { waiting: { reason, message } } };
}

export function started(it: ContainerStatus, at: number): ContainerStatus {
  return { ...it, started: true, state: { running: { startedAt: timestamp(at) } } };
}

export function pulled(
  it: ContainerStatus,
  { image, imageID }: Pulled & { kind: "pulled" },
  uid: string,
): ContainerStatus {
  return { ...it, image, imageID, containerID: `containerd://${sha256(uid + it.name)}` };
}

export function ended(it: ContainerStatus, end: { reason: string; exitCode: number; at: number }): ContainerStatus {
  const { reason, exitCode, at } = end;
  const { startedAt } = it.state["running"] ?? {};
  const finished = { exitCode, reason, startedAt, finishedAt: timestamp(at), containerID: it.containerID };
  return { ...it, ready: false, state: { terminated: finished } };
}

export function backingOff(it: ContainerStatus, message: string): ContainerStatus {
  return { ...waiting(it, "CrashLoopBackOff", message), lastState: it.state };
}

export function restarted(it: ContainerStatus, at: number): ContainerStatus {
  return started({ ...it, restartCount: it.restartCount + 1 }, at);
}

export type Containers = { readonly init: readonly ContainerStatus[]; readonly main: readonly ContainerStatus[] };
export type Place = { readonly ip: string; readonly startTime: string; readonly now: number };

/** The pod's phase and conditions follow from its containers. A condition keeps its time while its value stays. */
export function podStatus(pod: Pod, { init, main }: Containers, { ip, startTime, now }: Place): Pod["status"] {
  const initialized = init.every((it) => it.ready);
  const ready = initialized && main.every((it) => it.ready);
  const begun = main.every((it) => it.containerID !== undefined);
  const before = pod.status.conditions ?? [];
  const conditions = [
    condition(before, { type: "PodScheduled", value: true, reason: "", now }),
    condition(before, { type: "PodReadyToStartContainers", value: true, reason: "", now }),
    condition(before, { type: "Initialized", value: initialized, reason: "ContainersNotInitialized", now }),
    condition(before, { type: "ContainersReady", value: ready, reason: "ContainersNotReady", now }),
    condition(before, { type: "Ready", value: ready, reason: "ContainersNotReady", now }),
  ];
  return {
    ...pod.status,
    phase: phaseOf(pod, main, begun && initialized),
    conditions,
    ...(init.length === 0 ? {} : { initContainerStatuses: [...init] }),
    containerStatuses: [...main],
    hostIP: "192.0.2.10",
    hostIPs: [{ ip: "192.0.2.10" }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime,
    observedGeneration: pod.metadata.generation,
  };
}

function phaseOf({ spec }: Pod, main: readonly ContainerStatus[], running: boolean): Pod["status"]["phase"] {
  const ends = main.map((it) => it.state["terminated"]?.["exitCode"]);
  if (ends.some((it) => it !== undefined && it !== 0) && spec.restartPolicy === "Never") return "Failed";
  if (ends.every((it) => it === 0)) return "Succeeded";
  return running ? "Running" : "Pending";
}

type Wanted = { readonly type: string; readonly value: boolean; readonly reason: string; readonly now: number };

function condition(before: readonly Condition[], { type, value, reason, now }: Wanted): Condition {
  const status = value ? "True" : "False";
  const had = before.find((it) => it.type === type);
  const lastTransitionTime = had?.status === status ? had.lastTransitionTime : timestamp(now);
  return { type, status, lastProbeTime: null, lastTransitionTime, ...(value ? {} : { reason }) };
}
