import type { Learnt, Owners, Quota, Reference, Referenced, Scaling } from "../core/check/material.ts";
import type { Live, RawRevision } from "../core/operation/live.ts";
import type { LeftEvent } from "../core/operation/event.ts";
import type { PodRef, Side } from "../core/operation/operation.ts";
import type { Answer, Patch } from "../core/operation/step.ts";
import type { EpochMs, Workload } from "../core/workload.ts";

export type { LeftEvent };

/** Which workload, in the cluster that the port is for. */
export type Target = Pick<Workload, "namespace" | "kind" | "name">;

/**
 * What takes a workload back. Everything is read from the API server itself, past every stream and cache. Each call rejects,
 * with a sentence for people as the message, when nobody can tell before `stop`.
 */
export type Restoring = {
  live(of: Target, stop: AbortSignal): Promise<Live | "gone">;
  /** The templates that the workload has or had, newest first, as they are. */
  revisions(of: Target, stop: AbortSignal): Promise<readonly RawRevision[]>;
  /** One of them, with the images of `pins` put in place. Null: not there any more, or it lacks a container of `pins`. */
  revision(of: Target, uid: string, pins: Side["pins"], stop: AbortSignal): Promise<RawRevision | null>;
  /** Sends it once. Rejects when no certain answer came: it may have been done, or may yet be. */
  patch(of: Target, patch: Patch, stop: AbortSignal): Promise<Answer>;
  /** The same patch as a dry run on the server. */
  rehearse(of: Target, patch: Patch, stop: AbortSignal): Promise<Rehearsal>;
  /** By its uid: another pod of that name is never touched. "not needed": that pod is not there. */
  deletePod(namespace: string, pod: PodRef, stop: AbortSignal): Promise<"done" | "refused" | "not needed">;
  /** A Kubernetes Event on the workload; the same `name` again is the same Event. */
  leaveEvent(of: Target, event: LeftEvent, stop: AbortSignal): Promise<void>;
};

/** `template`: the hash of what the server would make of ours. `warnings`: in the server's own words. */
export type Rehearsal =
  | { readonly kind: "accepted"; readonly template: string; readonly warnings: readonly string[] }
  | { readonly kind: "forbidden" | "invalid"; readonly message: string }
  | { readonly kind: "moved" | "busy" | "not possible" };

/**
 * What is read for the checks before a rollback. Nothing here rejects but for a fault of our own or with the reason of `stop`:
 * what could not be learnt is said in the answer.
 */
export type Surveying = {
  /** Whether the objects that a template refers to are there. */
  references(namespace: string, of: readonly Reference[], stop: AbortSignal): Promise<readonly Referenced[]>;
  /** What our own account may do, asked with SelfSubjectAccessReviews. */
  permissions(
    of: Target,
    stop: AbortSignal,
  ): Promise<Learnt<{ readonly patch: boolean; readonly deletePods: boolean; readonly createEvents: boolean }>>;
  owners(of: Target, stop: AbortSignal): Promise<Learnt<Owners>>;
  /** How an Argo CD Application of this cluster syncs. */
  argo(app: string, stop: AbortSignal): Promise<Learnt<{ readonly automated: boolean; readonly selfHeal: boolean }>>;
  /** The architectures of the nodes in use, each once. */
  architectures(stop: AbortSignal): Promise<Learnt<readonly string[]>>;
  scaling(of: Target, stop: AbortSignal): Promise<Learnt<Scaling | null>>;
  quotas(namespace: string, stop: AbortSignal): Promise<Learnt<readonly Quota[]>>;
  /** Jobs that started after a time. */
  jobs(
    namespace: string,
    after: EpochMs,
    stop: AbortSignal,
  ): Promise<Learnt<readonly { readonly name: string; readonly at: EpochMs }[]>>;
};
