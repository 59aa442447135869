import type { Aliases } from "../image/identity.ts";
import { parseImageId } from "../image/image-id.ts";
import type { Digest } from "../image/reference.ts";
import { rolloutOf } from "../rollout.ts";
import { firstNotReady, firstTrouble, type Trouble } from "../trouble.ts";
import { createView } from "../view.ts";
import { type ClusterRecord, type EpochMs, type Pod, type Revision, revisionKey, type Workload } from "../workload.ts";
import type { Cause, PodRef, Side } from "./operation.ts";

/** What one look at the pods says about a workload that was changed. */
export type Sight =
  | { readonly kind: "gone" }
  /** Its template is not the one that was put there. */
  | { readonly kind: "superseded"; readonly by: string | null; readonly template: string }
  /** All the pods that are wanted are ready and run the target's digests, and no others are left. */
  | { readonly kind: "proven"; readonly restarts: number; readonly generation: number; readonly wanted: number }
  /** The same, but of some container nobody knows which digest it should be. */
  | {
      readonly kind: "ready, unknown digest";
      readonly restarts: number;
      readonly generation: number;
      readonly wanted: number;
    }
  | { readonly kind: "no pods wanted" }
  | {
      readonly kind: "not yet";
      readonly pods: { readonly ready: number; readonly wanted: number };
      /** What will not get better by itself. */
      readonly trouble: Cause | null;
      /** The oldest pod that is not ready, for when time is up. */
      readonly waitsFor: Cause | null;
      readonly obstacle: (PodRef & { readonly reason: string }) | null;
    };

type Seen = {
  readonly records: readonly ClusterRecord[];
  readonly uid: string;
  /** The hash of the template that was put there. */
  readonly template: string;
  readonly target: Side;
  readonly manager: string;
  readonly aliases: Aliases;
  readonly now: EpochMs;
};

export function sightOf({ records, uid, template, target, manager, aliases, now }: Seen): Sight {
  const workload = records.find((it) => it.what === "workload");
  if (workload?.uid !== uid) return { kind: "gone" };
  if (workload.template.hash !== template) {
    return { kind: "superseded", by: writerOtherThan(manager, workload), template: workload.template.hash };
  }
  const view = createView();
  for (const record of records) view.apply({ kind: "put", record });
  const { revisions, pods } = view.around(workload);
  const counted = pods.filter((it) => !it.terminating && it.phase !== "Succeeded" && it.phase !== "Failed");
  const fresh = counted.filter((it) => isOf(it, revisions, template));
  const old = counted.filter((it) => !fresh.includes(it));

  const wanted = wantedOf(workload);
  if (!isComplete(workload, fresh, old)) return notYet(workload, fresh, old, now);
  if (wanted === 0) return { kind: "no pods wanted" };
  const judged = fresh.flatMap((pod) => target.images.map((it) => runs(pod, it.container, it.digests, aliases)));
  if (judged.includes("other") || judged.includes("unread")) return notYet(workload, fresh, old, now);
  const { generation } = workload;
  const restarts = sum(fresh.flatMap((it) => it.containers.map((container) => container.restarts)));
  const isKnown = judged.length > 0 && !judged.includes("not known");
  return { kind: isKnown ? "proven" : "ready, unknown digest", restarts, generation, wanted };
}

/** Two revisions can have one template: pods of either are what was asked for. */
function isOf(pod: Pod, revisions: readonly Revision[], template: string): boolean {
  const revision = revisions.find((it) => revisionKey(it) === revisionKey(pod));
  return revision?.template.hash === template;
}

/** Below a partition the old pods are meant to stay. */
function isComplete(workload: Workload, fresh: readonly Pod[], old: readonly Pod[]): boolean {
  const wanted = wantedOf(workload);
  const seen = workload.generation <= workload.observedGeneration;
  const left = old.length <= Math.min(workload.partition, workload.replicas);
  return seen && left && fresh.length >= wanted && fresh.every((it) => it.ready);
}

function wantedOf({ replicas, partition }: Workload): number {
  return Math.max(replicas - partition, 0);
}

/** One container of a pod held against all that is known to be the image it should run. */
function runs(
  pod: Pod,
  container: string,
  digests: readonly Digest[],
  aliases: Aliases,
): "as asked" | "other" | "not known" | "unread" {
  const found = pod.containers.find((it) => it.name === container);
  const id = found ? parseImageId(found.imageId) : null;
  if (id === null || !("digest" in id)) return "unread";
  if (digests.length === 0) return "not known";
  const names = aliases(id.digest);
  const isSame = digests.some((it) => it === id.digest || names?.has(it) || aliases(it)?.has(id.digest));
  return isSame ? "as asked" : "other";
}

function notYet(workload: Workload, fresh: readonly Pod[], old: readonly Pod[], now: EpochMs): Sight {
  const rollout = rolloutOf(workload, now);
  const refused =
    rollout.state === "failed"
      ? causeOf(rollout.because === "deadline" ? "DeadlineExceeded" : "PodsRefused", rollout.message)
      : null;
  const trouble = firstTrouble(fresh, now);
  const waits = firstNotReady(fresh);
  return {
    kind: "not yet",
    pods: { ready: fresh.filter((it) => it.ready).length, wanted: wantedOf(workload) },
    trouble: trouble ? ofPod(trouble) : refused,
    waitsFor: waits ? ofPod(waits) : null,
    obstacle: workload.ordered ? obstacleIn(old, now) : null,
  };
}

/**
 * A StatefulSet that goes one pod after the other waits for a broken pod of the old revision, and nobody replaces it.
 * https://github.com/kubernetes/kubernetes/issues/67250
 */
function obstacleIn(old: readonly Pod[], now: EpochMs): (PodRef & { readonly reason: string }) | null {
  const trouble = firstTrouble(old, now) ?? firstNotReady(old);
  const pod = old.find((it) => it.name === trouble?.pod);
  return pod && trouble ? { name: pod.name, uid: pod.uid, reason: trouble.reason } : null;
}

function ofPod({ pod, container, reason, message, exitCode }: Trouble): Cause {
  return { pod, container, reason, message, exitCode };
}

function causeOf(reason: string, message: string): Cause {
  return { pod: null, container: null, reason, message, exitCode: null };
}

/**
 * The last one that changed an image, where that was not us. While an image is still as we wrote it, whoever wrote another one
 * before us is not to blame: what has changed then may be anything else of the template.
 */
function writerOtherThan(manager: string, { writers }: Workload): string | null {
  const ours = Math.max(...writers.filter((it) => it.manager === manager).map((it) => it.at ?? 0));
  const others = writers.filter((it) => it.manager !== manager && (it.at ?? 0) >= ours);
  return others.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))[0]?.manager ?? null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, it) => all + it, 0);
}
