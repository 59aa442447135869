import { type EnvironmentAnswer, everythingIn } from "../../src/core/answer.ts";
import type { Aliases } from "../../src/core/image/identity.ts";
import type { Origins } from "../../src/core/provenance/origin.ts";
import { type Running, runningOf } from "../../src/core/running.ts";
import { createView, type View } from "../../src/core/view.ts";
import type { ClusterRecord, EpochMs, Pod, Resource, Revision, Workload } from "../../src/core/workload.ts";
import { noAliases, now, pods, revision, workload } from "./given.ts";

type Scene = {
  readonly workload?: Workload;
  readonly revisions?: readonly Revision[];
  readonly pods?: readonly Pod[];
  readonly podsUnread?: boolean;
  readonly aliases?: Aliases;
  readonly origins?: Origins;
  readonly now?: EpochMs;
};

/** What would be answered. Without revisions there is the one of the workload, without pods it has three. */
export function look(scene: Scene = {}): Running {
  const given = scene.workload ?? workload();
  const revisions = scene.revisions ?? [revision(1, { template: given.template })];
  const all = scene.pods ?? revisions.slice(-1).flatMap((it) => pods(given.replicas, it));
  return runningOf({
    workload: given,
    around: viewOf([given, ...revisions, ...all]).around(given),
    podsUnread: scene.podsUnread ?? false,
    aliases: scene.aliases ?? noAliases,
    origins: scene.origins,
    now: scene.now ?? now,
  });
}

export const allResources = [
  "deployments",
  "statefulsets",
  "daemonsets",
  "replicasets",
  "controllerrevisions",
  "pods",
] as const satisfies readonly Resource[];

/** A view that was just told all of this, by streams that cover all namespaces. */
export function viewOf(records: readonly ClusterRecord[], at: EpochMs = now): View {
  const view = createView();
  for (const record of records) view.apply({ kind: "put", record });
  for (const cluster of new Set(records.map((it) => it.cluster))) {
    for (const of of allResources) {
      const uids = new Set(records.map((it) => it.uid));
      view.apply({ kind: "listed", stream: { cluster, of, namespace: null }, uids, at });
    }
  }
  return view;
}

/** A page of everything in an environment, judged at once. */
export function everythingOf(facts: Parameters<typeof everythingIn>[0], page: number): EnvironmentAnswer {
  const judging = everythingIn(facts);
  for (;;) {
    const { done, value } = judging.next();
    if (done === true) return { ...value, page };
  }
}
