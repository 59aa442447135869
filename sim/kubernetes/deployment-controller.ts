import { randomUUID } from "node:crypto";
import * as told from "./deployment-status.ts";
import { same, shortHash } from "./json.ts";
import { controllerOf, timestamp } from "./meta.ts";
import type { Deployment, ReplicaSet } from "./object.ts";
import {
  currentNotes,
  desiredKey,
  findCurrent,
  hashLabel,
  replicaNotes,
  revisionKey,
  revisionOf,
  withoutHash,
} from "./revision.ts";
import { nextSizes, sizeBeside, wanted, type Sizes } from "./rolling.ts";
import type { Store } from "./store.ts";

type World = { readonly store: Store; readonly now: () => number };

/** One look at one Deployment. It does the next thing that is due; what it changes brings the next look. */
export function syncDeployment(world: World, deployment: Deployment): void {
  const owned = world.store
    .list("replicasets", deployment.metadata.namespace ?? "")
    .filter((it) => controllerOf(it) === deployment.metadata.uid);
  const found = findCurrent(deployment, owned) ?? null;
  if (deployment.metadata.deletionTimestamp !== undefined) return report(world, deployment, found, owned);

  const { paused = false } = deployment.spec;
  if (notePause(world, deployment, paused)) return;
  const old = owned.filter((it) => it !== found);
  if (paused) {
    resize(world, pausedSizes(deployment, owned));
    prune(world, deployment, old);
    return report(world, deployment, found, owned);
  }
  if (noteScale(world, deployment, owned)) return;
  const current = haveCurrent(world, deployment, found, old);
  if (current === "changed") return;
  if (current === "waits") return report(world, deployment, null, owned);

  const recreate = deployment.spec.strategy.type === "Recreate";
  const sizes = recreate ? wholeSize(deployment, current) : nextSizes(deployment, current, old);
  resize(world, sizes);
  report(world, deployment, current, owned);
  if (told.isComplete(deployment, told.countPods(deployment, current, owned))) prune(world, deployment, old);
}

/** True when the condition was written: pausing and resuming are told before anything else moves. */
function notePause(world: World, deployment: Deployment, paused: boolean): boolean {
  const before = told.conditionOf(deployment.status, "Progressing")?.reason;
  if (before === "ProgressDeadlineExceeded" || (before === told.paused.reason) === paused) return false;
  if (before === undefined && !paused) return false;
  const reason = paused ? told.paused : told.resumed;
  const status = told.withCondition(deployment.status, "Progressing", { reason, now: world.now() });
  return putStatus(world, deployment, status, {});
}

/** A changed `spec.replicas` is written on every ReplicaSet; the size of a single one follows at once. */
function noteScale({ store }: World, deployment: Deployment, owned: readonly ReplicaSet[]): boolean {
  const notes = replicaNotes(deployment);
  const outdated = owned.filter(
    (it) => it.spec.replicas > 0 && it.metadata.annotations?.[desiredKey] !== notes[desiredKey],
  );
  for (const it of outdated) {
    const alone = wanted(owned) === it.spec.replicas;
    const replicas = alone ? deployment.spec.replicas : it.spec.replicas;
    store.put("replicasets", resized({ ...it, metadata: annotated(it, notes) }, replicas));
  }
  return outdated.length > 0;
}

/** The ReplicaSet of the Deployment's template, found, brought up to date or made. */
function haveCurrent(world: World, deployment: Deployment, found: ReplicaSet | null, old: readonly ReplicaSet[]) {
  if (found === null && deployment.spec.strategy.type === "Recreate" && anyPods(world, old)) return "waits";
  const notes = currentNotes(deployment, found, old);
  if (found === null) {
    const replicas = sizeBeside(deployment, 0, old);
    const made = world.store.put("replicasets", newReplicaSet(world, { deployment, annotations: notes, replicas }));
    tellCurrent(world, deployment, made, told.created(made.metadata.name));
    return "changed";
  }
  if (!same(notes, found.metadata.annotations ?? {})) {
    world.store.put("replicasets", { ...found, metadata: annotated(found, notes) });
    return "changed";
  }
  const known = told.conditionOf(deployment.status, "Progressing") !== undefined;
  const reason = known ? null : told.found(found.metadata.name);
  return tellCurrent(world, deployment, found, reason) ? "changed" : found;
}

/** Recreate: the old ones are sized to nothing, and their pods have to be gone before the new ReplicaSet is made. */
function anyPods(world: World, old: readonly ReplicaSet[]): boolean {
  resize(world, new Map(old.map((it) => [it, 0])));
  const uids = new Set(old.map((it) => it.metadata.uid));
  return world.store.list("pods").some((it) => uids.has(controllerOf(it) ?? ""));
}

type Making = {
  readonly deployment: Deployment;
  readonly annotations: Readonly<Record<string, string>>;
  readonly replicas: number;
};

function newReplicaSet({ now }: World, { deployment, annotations, replicas }: Making): ReplicaSet {
  const { name, namespace, uid } = deployment.metadata;
  const hash = shortHash(withoutHash(deployment.spec.template), 10);
  const { template, selector, minReadySeconds } = deployment.spec;
  const labels = { ...template.metadata.labels, [hashLabel]: hash };
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      uid: randomUUID(),
      resourceVersion: "",
      generation: 1,
      creationTimestamp: timestamp(now()),
      labels,
      annotations: { ...annotations },
      ownerReferences: [owner],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

function tellCurrent(world: World, deployment: Deployment, current: ReplicaSet, reason: told.Reason | null): boolean {
  const revision = String(revisionOf(current));
  const now = world.now();
  const status = reason ? told.withCondition(deployment.status, "Progressing", { reason, now }) : deployment.status;
  return putStatus(world, deployment, status, { [revisionKey]: revision });
}

function wholeSize({ spec }: Deployment, current: ReplicaSet): Sizes {
  return current.spec.replicas === spec.replicas ? new Map() : new Map([[current, spec.replicas]]);
}

/** While paused only a lone ReplicaSet follows `spec.replicas`. */
function pausedSizes(deployment: Deployment, owned: readonly ReplicaSet[]): Sizes {
  const [only, ...more] = owned.filter((it) => it.spec.replicas > 0);
  return only === undefined || more.length > 0 ? new Map() : wholeSize(deployment, only);
}

function resize({ store }: World, sizes: Sizes): void {
  for (const [replicaSet, size] of sizes) {
    if (replicaSet.spec.replicas !== size) store.put("replicasets", resized(replicaSet, size));
  }
}

function resized(it: ReplicaSet, replicas: number): ReplicaSet {
  if (it.spec.replicas === replicas) return it;
  const generation = (it.metadata.generation ?? 1) + 1;
  return { ...it, metadata: { ...it.metadata, generation }, spec: { ...it.spec, replicas } };
}

function annotated({ metadata }: ReplicaSet, notes: Readonly<Record<string, string>>): ReplicaSet["metadata"] {
  return { ...metadata, annotations: { ...metadata.annotations, ...notes } };
}

function report(world: World, deployment: Deployment, current: ReplicaSet | null, owned: readonly ReplicaSet[]): void {
  const now = world.now();
  const counted = told.countPods(deployment, current, owned);
  const reason = told.availability(deployment, counted);
  const status = told.withCondition(counted, "Available", { reason, now });
  const name = current?.metadata.name ?? deployment.metadata.name;
  const quiet = deployment.spec.paused || deployment.metadata.deletionTimestamp !== undefined;
  const next = quiet ? null : told.progress({ deployment, status, name, now });
  const full = next ? told.withCondition(status, "Progressing", { reason: next, now, fresh: next.fresh }) : status;
  putStatus(world, deployment, full, {});
}

/** Writes status and annotations of the controller's own, which raise no generation. */
function putStatus(
  { store }: World,
  deployment: Deployment,
  status: Deployment["status"],
  notes: Readonly<Record<string, string>>,
): boolean {
  const annotations = { ...deployment.metadata.annotations, ...notes };
  if (same(status, deployment.status) && same(annotations, deployment.metadata.annotations ?? {})) return false;
  const metadata =
    Object.keys(annotations).length === 0 ? deployment.metadata : { ...deployment.metadata, annotations };
  store.put("deployments", { ...deployment, metadata, status });
  return true;
}

/** Old ReplicaSets beyond the limit go, those with the lowest revision first. Only empty ones. */
function prune({ store }: World, { spec, metadata }: Deployment, old: readonly ReplicaSet[]): void {
  const empty = old.filter((it) => it.spec.replicas === 0 && (it.status.replicas ?? 0) === 0);
  const surplus = Math.max(0, old.length - spec.revisionHistoryLimit);
  if (metadata.deletionTimestamp !== undefined) return;
  for (const it of empty.toSorted((a, b) => revisionOf(a) - revisionOf(b)).slice(0, surplus)) {
    store.remove("replicasets", it);
  }
}
