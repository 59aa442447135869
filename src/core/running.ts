import { containersOf, digestOf, type RunningContainer } from "./container.ts";
import { type Provenance, provenanceOf } from "./provenance/evidence.ts";
import { type SourceChange, sourceChange } from "./provenance/change.ts";
import type { Origins } from "./provenance/origin.ts";
import type { Aliases } from "./image/identity.ts";
import { type Digest, parseReference, type Reference } from "./image/reference.ts";
import { type Rollout, rolloutOf } from "./rollout.ts";
import type { Surroundings } from "./view.ts";
import { type Verdict, verdictsOf } from "./verdict.ts";
import {
  type EpochMs,
  type Notes,
  type Pod,
  type Revision,
  revisionKey,
  type Template,
  type Workload,
} from "./workload.ts";

/** The answer to "what is running?" for one workload. */
export type Running = {
  readonly workload: Workload;
  /** What holds, the one that matters most first. */
  readonly verdicts: readonly [Verdict, ...Verdict[]];
  readonly rollout: Rollout;
  readonly pods: {
    readonly wanted: number;
    readonly running: number;
    readonly ready: number;
    readonly leaving: number;
  };
  readonly containers: readonly RunningContainer[];
  /** Debug shells in pods: somebody is inside. */
  readonly shells: readonly { readonly pod: string; readonly container: string; readonly image: string }[];
  readonly revision: Revision | null;
  readonly since: Since | null;
  readonly provenance: Provenance;
  readonly previous: Previous | null;
  /** What lies between the sources of what ran before and of what runs now. */
  readonly change: SourceChange | null;
};

/** When this release began. A revision that was returned to is older than its release: its pods then say "at least". */
export type Since = { readonly at: EpochMs; readonly how: "revision created" | "oldest pod" };

/** What ran before: its digest where we saw it run or its template names it, else only what it was called. */
export type Previous = {
  readonly revision: Revision;
  readonly image: Reference | null;
  readonly digests: readonly Digest[];
  readonly how: "seen running" | "named by digest" | "reference only";
};

type Facts = {
  readonly workload: Workload;
  readonly around: Surroundings;
  readonly podsUnread: boolean;
  readonly aliases: Aliases;
  /** Left out: nothing is known but what the cluster tells. */
  readonly origins?: Origins | undefined;
  readonly now: EpochMs;
};

export function runningOf({ workload, around, podsUnread, aliases, origins, now }: Facts): Running {
  const rollout = rolloutOf(workload, now);
  const current = currentRevision(workload, around.revisions.map(withReturn));
  const counted = around.pods.filter(isCounted);
  const [fresh, old] = [counted.filter((it) => isOf(current, it)), counted.filter((it) => !isOf(current, it))];
  const template = current?.template ?? workload.template;
  const containers = containersOf(template.containers, { fresh, old }, aliases);
  const previous = previousRevision({ workload, current, around, aliases });
  const originOf = (it: Digest) => origins?.(it, workload) ?? null;
  const [main] = containers;
  const runs = main ? digestOf(main) : null;
  const since = sinceOf(current, fresh);
  const origin = runs === null ? null : originOf(runs);
  const before = previous && ranBefore(previous, main?.name ?? "", around);
  const [ran, ...others] = before?.digests ?? [];

  return {
    workload,
    verdicts: verdictsOf({ workload, rollout, current, fresh, old, containers, podsUnread, now }),
    rollout,
    pods: {
      wanted: workload.replicas,
      running: counted.length,
      ready: counted.filter((it) => it.ready).length,
      leaving: around.pods.filter((it) => it.terminating).length,
    },
    containers,
    shells: shellsIn(counted),
    revision: current,
    since,
    provenance: provenanceOf({
      workload,
      notes: [template.notes, notesOf(workload, current)],
      before: previous && [previous.template.notes, previous.notes],
      returned: current?.returned ?? false,
      changed: changedSince(previous, template),
      image: main?.image ?? null,
      origin,
      since: since?.at ?? null,
    }),
    previous: before,
    change: ran !== undefined && others.length === 0 ? sourceChange(originOf(ran), origin) : null,
  };
}

/** A pod that is going away, or has ended for good, is no part of what runs. */
function isCounted({ terminating, phase }: Pod): boolean {
  return !terminating && phase !== "Succeeded" && phase !== "Failed";
}

function isOf(revision: Revision | null, pod: Pod): boolean {
  return revision !== null && revisionKey(pod) === revisionKey(revision);
}

/** A revision that is older than one with a lower number was given its number anew. */
function withReturn(revision: Revision, _: number, all: readonly Revision[]): Revision {
  const isOlder = (it: Revision) => it.number < revision.number && it.createdAt > revision.createdAt;
  return !revision.returned && all.some(isOlder) ? { ...revision, returned: true } : revision;
}

/**
 * The revision with the workload's own template. An API server's new default can make an old template unequal to
 * itself: once the controller has caught up, and we with it, the highest number is the current one all the same.
 */
function currentRevision(workload: Workload, revisions: readonly Revision[]): Revision | null {
  const named = namedRevision(workload, revisions);
  if (named) return named;
  const same = revisions.filter((it) => it.template.hash === workload.template.hash);
  const [chosen] = workload.kind === "Deployment" ? oldestFirst(same) : newestFirst(same); // as their controllers do
  const [newest] = newestFirst(revisions);
  const announced = Number(workload.notes["deployment.kubernetes.io/revision"]) > (newest?.number ?? 0);
  const unseen = announced || workload.updateRevision !== null;
  const behind = workload.paused || workload.generation > workload.observedGeneration || unseen;
  return chosen ?? (behind ? null : newest) ?? null;
}

/** A StatefulSet says it itself, once its controller has looked: it can have two revisions with the same template. */
function namedRevision(workload: Workload, revisions: readonly Revision[]): Revision | null {
  if (workload.updateRevision === null || workload.generation > workload.observedGeneration) return null;
  return revisions.find((it) => it.name === workload.updateRevision) ?? null;
}

/** A ControllerRevision that was returned to still has the notes of its first time; the workload's are of this one. */
function notesOf(workload: Workload, current: Revision | null): Notes {
  const outdated = current === null || (current.podLabel !== null && current.returned);
  return outdated ? workload.notes : current.notes;
}

type Candidates = Pick<Facts, "workload" | "around" | "aliases"> & { readonly current: Revision | null };

/** The newest one that ran something else: a restart makes a revision too, and is no release unless its tag has moved. */
function previousRevision({ workload, current, around, aliases }: Candidates): Revision | null {
  const images = imagesOf(current ?? workload);
  const isOther = (it: Revision) => imagesOf(it) !== images || (current !== null && ranOther(it, current));
  return newestFirst(around.revisions).find(isOther) ?? null;

  function ranOther(one: Revision, other: Revision): boolean {
    return one.template.containers.some(({ name }) => {
      const [these, those] = [around.seen(one, name), around.seen(other, name)];
      const isKnown = (it: Digest) =>
        those.some((that) => that === it || aliases(that)?.has(it) || aliases(it)?.has(that));
      return these.length > 0 && those.length > 0 && !these.some(isKnown);
    });
  }
}

/** Names of the containers whose image is new. All of them where nothing is known of before, or only a tag has moved. */
function changedSince(previous: Revision | null, { containers }: Template): readonly string[] {
  const before = new Map(previous?.template.containers.map((it) => [it.name, it.image]));
  const changed = containers.filter((it) => before.get(it.name) !== it.image);
  return (changed.length > 0 ? changed : containers).map((it) => it.name);
}

function oldestFirst(revisions: readonly Revision[]): readonly Revision[] {
  return revisions.toSorted((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1));
}

function newestFirst(revisions: readonly Revision[]): readonly Revision[] {
  return revisions.toSorted((a, b) => b.number - a.number || b.createdAt - a.createdAt);
}

function imagesOf({ template }: Workload | Revision): string {
  return JSON.stringify(template.containers.map(({ name, image }) => [name, image]));
}

function sinceOf(current: Revision | null, fresh: readonly Pod[]): Since | null {
  if (current === null) return null;
  if (!current.returned) return { at: current.createdAt, how: "revision created" };
  return fresh.length === 0 ? null : { at: Math.min(...fresh.map((it) => it.createdAt)), how: "oldest pod" };
}

function ranBefore(revision: Revision, container: string, around: Surroundings): Previous {
  const { containers } = revision.template;
  const was = containers.find((it) => it.name === container) ?? containers.find((it) => it.role === "main");
  const reference = parseReference(was?.image ?? "");
  const image = reference.kind === "reference" ? reference : null;
  if (image?.digest) return { revision, image, digests: [image.digest], how: "named by digest" };
  const digests = around.seen(revision, was?.name ?? container);
  return { revision, image, digests, how: digests.length > 0 ? "seen running" : "reference only" };
}

function shellsIn(pods: readonly Pod[]): Running["shells"] {
  return pods.flatMap((pod) =>
    pod.containers
      .filter((it) => it.role === "ephemeral")
      .map((it) => ({ pod: pod.name, container: it.name, image: it.image })),
  );
}
