import { createFamilies, type Families, type Found, type Missing } from "../core/image/family.ts";
import type { Aliases } from "../core/image/identity.ts";
import { type Sighting, sightingsOf } from "../core/image/sighting.ts";
import { type Digest, parseReference } from "../core/image/reference.ts";
import { baseOf, type Labelled, labelledOf } from "../core/provenance/label.ts";
import type { View } from "../core/view.ts";
import type { Workload } from "../core/workload.ts";
import type { Clock, Registry, Store } from "../ports.ts";
import { createAttention } from "./observe/attention.ts";
import { createJobs, type Job, type Trouble } from "./resolve/jobs.ts";
import { createLookup } from "./resolve/lookup.ts";
import { createServing, type Serving } from "./resolve/served.ts";

export type Resolving = {
  /** Something changed about it: what it runs may be new. */
  touched(workload: Workload): void;
  /** Something else named this image: it is looked up when there is time. */
  wants(image: Sighting): void;
  turn(stop: AbortSignal): Promise<"worked" | "idle">;
  readonly aliases: Aliases;
  /** Also what leads to a digest, not only what it leads to. */
  readonly relatives: Aliases;
  readonly platform: Families["platform"];
  /** What the image says of itself. Null while that is not known. */
  labelled(digest: Digest): Labelled | null;
  readonly serving: Serving;
};

type Deps = {
  readonly view: Pick<View, "latest" | "around" | "freshness">;
  readonly store: Pick<Store, "read" | "commit">;
  readonly registry: Pick<Registry, "head" | "manifest" | "config">;
  readonly clock: Clock;
  readonly newId: () => string;
  /** More is known by now of what this workload runs. */
  readonly told: (workload: Workload) => void;
  /** These are the digests that it runs, or that its revisions name. */
  readonly seen?: (workload: Workload, digests: readonly Digest[]) => void;
  /** How many digests are remembered in memory. */
  readonly most?: number;
  /** How many images wait to be looked up. */
  readonly mostWaiting?: number;
};

const workloadsATurn = 8;
const jobsAtOnce = 4;
/** When there was no place for an image. */
const againMs = 60_000;
const callsAtOnce = 4;
/** An image that takes more than that to be known is none that anybody built for a purpose. */
const mostLookups = 64;
const nothing: Found = { kind: "index", parts: [], labels: {} };
const tooMany: Trouble = { kind: "not allowed" };

/** Learns, with nobody waiting, what the digests are that run: from the store, else from the registry, each once. */
export function createResolving(deps: Deps): Resolving {
  const { view, clock, told } = deps;
  const families = createFamilies(deps.most ?? 10_000);
  const attention = createAttention();
  const jobs = createJobs(deps.mostWaiting ?? 4_000);
  const { lookUp } = createLookup({ ...deps, families });
  let labels = { as: -1, by: new Map<Digest, Labelled>() };

  async function turn(stop: AbortSignal): Promise<"worked" | "idle"> {
    const touched = attention.next(workloadsATurn, clock.now(), inPlacesRead());
    for (const it of touched) see(it);
    const due = jobs.due(clock.now(), jobsAtOnce);
    await Promise.all(due.map(async (it) => work(it, stop)));
    await clock.sleep(0, stop); // a store in this process answers at once: others have to get their turn
    return touched.length + due.length > 0 ? "worked" : "idle";
  }

  /** While a place is read for the first time the answer comes first, and each pod would have its workload looked at again. */
  function inPlacesRead(): (workload: Workload) => boolean {
    const known = new Map<string, boolean>();
    return ({ cluster, namespace }) => {
      const place = `${cluster}/${namespace}`;
      const isRead = known.get(place) ?? view.freshness(cluster, namespace).state !== "unread";
      known.set(place, isRead);
      return isRead;
    };
  }

  function see(touched: Workload): void {
    const workload = view.latest(touched);
    if (!workload) return;
    const sightings = sightingsOf(workload, view.around(workload));
    const waiting = sightings.filter((it) => {
      families.use(it.digest);
      return missingOf(it).length > 0 && !jobs.add(it, workload);
    });
    if (waiting.length > 0) attention.again(workload, clock.now() + againMs);
    deps.seen?.(
      workload,
      sightings.map((it) => it.digest),
    );
  }

  function learntOf(workload: Workload): void {
    see(workload); // other names of what it runs may be known by now
    told(workload);
  }

  async function work(job: Job, stop: AbortSignal): Promise<void> {
    const { troubles, learnt } = await lookUpAll(job, stop);
    if (stop.aborted) return;
    if (job.image.isBase !== true) wantBases(job);
    const workloads = jobs.workloadsOf(job);
    if (troubles.length === 0) jobs.done(job);
    else jobs.later(job, troubles, clock.now());
    if (learnt > 0 || job.image.isBase === true) workloads.forEach(learntOf);
  }

  /** What an image has from its base must not be taken for its own. */
  function wantBases(job: Job): void {
    const names = families.names(job.image.digest) ?? [];
    for (const it of names) {
      const found = families.of(it);
      const base = found && baseOf(found);
      const reference = base && parseReference(base.name);
      if (!base || reference?.kind !== "reference") continue;
      const image = { digest: base.digest, as: "manifest", isBase: true, repositories: [reference] } as const;
      if (missingOf(image).length > 0) for (const by of jobs.workloadsOf(job)) jobs.add(image, by);
    }
  }

  /** Null as well while it is not known whose labels they are: a base image that it names was not asked for yet. */
  function labelled(digest: Digest): Labelled | null {
    if (families.changes() !== labels.as) labels = { as: families.changes(), by: new Map() };
    const before = labels.by.get(digest);
    if (before !== undefined) return before;
    const bases = [...(families.names(digest) ?? [])].flatMap((it) => baseOf(families.of(it) ?? nothing)?.digest ?? []);
    const says = bases.some(jobs.isNew) ? null : labelledOf(digest, families);
    if (says !== null) labels.by.set(digest, says);
    return says;
  }

  /** What fails does not keep the rest from being learnt. */
  async function lookUpAll({ image }: Job, stop: AbortSignal) {
    const failed = new Map<Digest, Trouble>();
    let [asked, learnt] = [0, 0];
    for (;;) {
      const next = missingOf(image)
        .filter((it) => !failed.has(it.digest))
        .slice(0, callsAtOnce);
      if (next.length === 0 || stop.aborted) return { troubles: [...failed.values()], learnt };
      if (asked >= mostLookups) return { troubles: [tooMany], learnt };
      asked += next.length;
      const each = await Promise.all(next.map(async (it) => lookUp(it, image.repositories, stop)));
      for (const [at, it] of each.entries()) {
        if (it.kind === "found") learnt += 1;
        else failed.set(next[at]?.digest ?? "", it);
      }
    }
  }

  /** In the order in which it is needed. */
  function missingOf({ digest, as }: Sighting): readonly Missing[] {
    return families.of(digest) === null ? [{ digest, as }] : families.missing(digest);
  }

  return {
    touched: attention.touch,
    wants: (image) => {
      if (missingOf(image).length > 0) jobs.add(image, null);
    },
    turn,
    aliases: families.names,
    relatives: families.relatives,
    platform: families.platform,
    labelled,
    serving: createServing(deps),
  };
}
