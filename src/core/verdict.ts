import type { Group } from "./image/identity.ts";
import { parseReference, repositoryOf } from "./image/reference.ts";
import type { RunningContainer } from "./container.ts";
import type { Rollout } from "./rollout.ts";
import { firstNotReady, firstObstacle, firstOverdue, firstTrouble, type Trouble } from "./trouble.ts";
import type { EpochMs, Pod, Revision, Workload } from "./workload.ts";

/** What can be said of what runs, in one word. Worst first is also the order in which they are looked for. */
export type Verdict =
  | { readonly kind: "scaled to zero" }
  /** A pod that everything waits for will not get ready by itself, or the rollout has given up. */
  | {
      readonly kind: "stuck";
      readonly trouble: Trouble | null;
      /** The pod in trouble is of an older revision: the rollout goes on once somebody deletes it, and not before. */
      readonly left: boolean;
      readonly message: string;
      readonly fresh: number;
      readonly old: number;
    }
  | {
      readonly kind: "rolling";
      readonly fresh: number;
      readonly old: number;
      readonly paused: boolean;
      /** What keeps the old pods, on purpose. Null: nothing does. */
      readonly held: "partition" | "on delete" | null;
    }
  /** What runs is not what the workload asks for. */
  | {
      readonly kind: "drifted";
      readonly container: string;
      readonly wanted: string;
      readonly running: string;
      readonly pods: number;
    }
  /** One revision, one tag, several digests: the tag moved while pods came and went. */
  | { readonly kind: "mixed"; readonly container: string; readonly groups: readonly Group[] }
  | { readonly kind: "unknown"; readonly why: Unknown }
  | { readonly kind: "uniform" };

export type Unknown =
  | { readonly kind: "pods unread" }
  | { readonly kind: "no pods" }
  | { readonly kind: "not started"; readonly container: string }
  | { readonly kind: "unreadable"; readonly container: string; readonly raw: string }
  /** The pods report digests of different kinds, which only the registry could bring together. */
  | { readonly kind: "not comparable"; readonly container: string }
  /** The spec pins a digest and the runtime reports another name: of the same image or not, only the registry knows. */
  | { readonly kind: "unverified"; readonly container: string; readonly wanted: string; readonly reported: string };

export type Facts = {
  readonly workload: Workload;
  readonly rollout: Rollout;
  /** Null while the wanted template has no revision yet. */
  readonly current: Revision | null;
  readonly fresh: readonly Pod[];
  readonly old: readonly Pod[];
  readonly containers: readonly RunningContainer[];
  readonly podsUnread: boolean;
  readonly now: EpochMs;
};

/** Every verdict that holds, the one that matters most first. Never empty. */
export function verdictsOf(facts: Facts): readonly [Verdict, ...Verdict[]] {
  const { podsUnread } = facts;
  if (podsUnread) return [{ kind: "unknown", why: { kind: "pods unread" } }];
  if (isScaledToZero(facts)) return [{ kind: "scaled to zero" }];
  const candidates = [stuck(facts), rolling(facts), ...edited(facts), ...exchanged(facts), ...mixed(facts)];
  const [first, ...more] = candidates.filter((it) => it !== null);
  return first ? [first, ...more] : [unknown(facts) ?? { kind: "uniform" }];
}

/** A DaemonSet that its controller has not looked at yet does not know how many pods it wants. */
function isScaledToZero({ workload, rollout, fresh, old }: Facts): boolean {
  const isUnknown = workload.kind === "DaemonSet" && rollout.state === "unobserved";
  return workload.replicas === 0 && fresh.length + old.length === 0 && !isUnknown;
}

function stuck({ workload, rollout, fresh, old, now }: Facts): Verdict | null {
  const failed = rollout.state === "failed";
  const [own, obstacle] = [troubleOf(workload, fresh, now), obstacleOf(workload, old, now)];
  const trouble = own ?? obstacle ?? (failed ? firstNotReady(fresh) : null);
  if (!trouble && !failed) return null;
  const message = failed ? rollout.message : "";
  const left = own === null && obstacle !== null && wouldComeBackNew(workload, obstacle);
  return { kind: "stuck", trouble, left, message, fresh: fresh.length, old: old.length };
}

function troubleOf({ kind }: Workload, fresh: readonly Pod[], now: EpochMs): Trouble | null {
  return firstTrouble(fresh, now) ?? (kind === "Deployment" ? null : firstOverdue(fresh, now));
}

/** A Deployment takes its old pods away itself, and so does everything that does not wait for them. */
function obstacleOf({ ordered, strategy }: Workload, old: readonly Pod[], now: EpochMs): Trouble | null {
  if (ordered) return firstObstacle(old, now);
  return strategy === "OnDelete" ? firstTrouble(old, now) : null;
}

/** Below a StatefulSet's partition a deleted pod comes back as it was. */
function wouldComeBackNew({ ordered, partition }: Workload, { pod }: Trouble): boolean {
  return ordered && Number(/\d+$/.exec(pod)?.[0]) >= partition;
}

function rolling({ workload, rollout, current, fresh, old }: Facts): Verdict | null {
  const between = current === null || old.length > 0;
  const starting = (rollout.state === "unobserved" || rollout.state === "progressing") && !settled(workload);
  if (!between && !starting) return null;
  const held = heldBy(workload, rollout);
  return { kind: "rolling", fresh: fresh.length, old: old.length, paused: workload.paused, held };
}

/** Once the rollout was over, a pod that is replaced is no new one, nor is another number of pods. */
function settled({ kind, conditions, counts, replicas, partition, observedGeneration }: Workload): boolean {
  if (kind !== "Deployment") return observedGeneration > 0 && counts.updated >= replicas - partition; // no conditions
  return conditions.some((it) => it.type === "Progressing" && it.reason === "NewReplicaSetAvailable");
}

function heldBy({ partition }: Workload, rollout: Rollout): "partition" | "on delete" | null {
  if (rollout.state === "on delete") return "on delete";
  return rollout.state === "done" && partition > 0 ? "partition" : null;
}

/** The pod asks for another image than its revision: changed in place, or rewritten on admission. */
function edited({ fresh, current }: Facts): readonly Verdict[] {
  return (current?.template.containers ?? []).flatMap(({ name, image }): readonly Verdict[] => {
    const wanted = parseReference(image);
    const changed = fresh.flatMap((pod) =>
      pod.containers.filter((it) => it.name === name && !isImage(it.image, wanted)),
    );
    const [one] = changed;
    return one ? [{ kind: "drifted", container: name, wanted: image, running: one.image, pods: changed.length }] : [];
  });
}

/** A tag made into its digest on admission is still the image that was asked for. */
function isImage(running: string, wanted: RunningContainer["image"]): boolean {
  const is = parseReference(running);
  if (wanted.kind === "invalid") return running === wanted.text;
  if (is.kind === "invalid" || repositoryOf(is) !== repositoryOf(wanted)) return false;
  if (wanted.digest !== null) return is.digest === wanted.digest;
  return is.digest === null
    ? (is.tag ?? "latest") === (wanted.tag ?? "latest")
    : is.tag === null || is.tag === wanted.tag;
}

/** The digest that runs is known not to be the one that was asked for. */
function exchanged({ containers }: Facts): readonly Verdict[] {
  const asked = containers.filter((it) => !it.injected);
  return asked.flatMap(({ name: container, now }) =>
    now.flatMap(({ match, pods }): readonly Verdict[] => {
      if (match.kind !== "different") return [];
      return [{ kind: "drifted", container, wanted: match.wanted, running: match.digest, pods: pods.length }];
    }),
  );
}

/** A pinned image has no tag that could have moved, nor has a pod that asks for another image. */
function mixed({ containers }: Facts): readonly Verdict[] {
  return containers.flatMap(({ name: container, now, injected, image }): readonly Verdict[] => {
    if (injected || isPinned(image)) return [];
    const asks = (pod: Pod) => pod.containers.some((it) => it.name === container && isImage(it.image, image));
    const groups = started(now).filter((it) => it.pods.some(asks));
    return groups.length > 1 && comparable(groups) ? [{ kind: "mixed", container, groups }] : [];
  });
}

function isPinned(image: RunningContainer["image"]): boolean {
  return image.kind === "reference" && image.digest !== null;
}

function started(groups: readonly Group[]): readonly Group[] {
  return groups.filter((it) => it.digest !== null);
}

/** An image's own id and the digest it was pulled by are two names that only a registry can bring together. */
function comparable(groups: readonly Group[]): boolean {
  return new Set(groups.map((it) => it.kind)).size <= 1;
}

function unknown({ containers, fresh, old }: Facts): Verdict | null {
  if (fresh.length + old.length === 0) return { kind: "unknown", why: { kind: "no pods" } };
  const asked = containers.filter((it) => !it.injected && it.role !== "init");
  const why = asked.map(whyUnknown).find((it) => it !== null);
  return why ? { kind: "unknown", why } : null;
}

/** One pod of which nothing is known is enough not to know. One that has not started yet is not: it runs nothing. */
function whyUnknown({ name: container, now, match: main, image }: RunningContainer): Unknown | null {
  if (!isPinned(image) && !comparable(started(now))) return { kind: "not comparable", container };
  const match = now.map((it) => it.match).find((it) => it.kind === "unreadable" || it.kind === "unverified") ?? main;
  switch (match.kind) {
    case "pending":
      return { kind: "not started", container };
    case "unreadable":
      return { kind: "unreadable", container, raw: match.raw };
    case "unverified":
      return { kind: "unverified", container, wanted: match.digest, reported: match.reported };
    case "pinned":
    case "by tag":
    case "different":
      return null;
  }
}
