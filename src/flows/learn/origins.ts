import type { Claim } from "../../core/claims/claim.ts";
import { type Digest, parseReference } from "../../core/image/reference.ts";
import type { Sighting } from "../../core/image/sighting.ts";
import type { Labelled } from "../../core/provenance/label.ts";
import type { Origins } from "../../core/provenance/origin.ts";
import type { Aliases } from "../../core/image/identity.ts";
import type { Workload } from "../../core/workload.ts";
import type { Clock, Store } from "../../ports.ts";
import { claimAt, claimIndex } from "../../records/claims.ts";
import type { Recording } from "../record.ts";
import type { Syncs } from "./syncs.ts";

type Environment = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly places: readonly { readonly cluster: string; readonly namespaces: readonly string[] | null }[];
};

export type Origining = {
  /** These are the digests that a workload runs, or that its revisions name. */
  seen(workload: Workload, digests: readonly Digest[]): void;
  turn(stop: AbortSignal): Promise<"worked" | "idle">;
  readonly origins: Origins;
};

type Deps = {
  readonly recording: Pick<Recording, "claimsOf">;
  readonly store: Pick<Store, "find" | "read">;
  readonly environments: readonly Environment[];
  readonly relatives: Aliases;
  /** Somebody claims something about this image: what it is may matter soon. */
  readonly wants: (image: Sighting) => void;
  readonly labelled: (digest: Digest) => Labelled | null;
  readonly syncs: Pick<Syncs, "seen" | "of">;
  readonly clock: Clock;
  /** More is known by now of what this workload runs. */
  readonly told: (workload: Workload) => void;
};

/** What was claimed about an image, and who runs it. `claims` is null until they were read. */
type Known = { claims: readonly Claim[] | null; readonly workloads: Map<string, Workload> };

const mostImages = 10_000;
const mostWorkloads = 100;
const readsATurn = 8;
const newsATurn = 100;
/** Claims come from every replica, and their clocks may differ. */
const overlapMs = 30_000;
const pollMs = 2_000;

/** What is known of images beside what the clusters tell, kept at hand: what pipelines claimed, and what images say themselves. */
export function createOrigins(deps: Deps): Origining {
  const { recording, store, environments, relatives, labelled, syncs, clock, told } = deps;
  const known = new Map<Digest, Known>(); // in the order of their last use
  const unread = new Set<Digest>();
  let newest: { at: number; heard: Set<string> } | null = null;
  let pollAt = 0;

  function seen(workload: Workload, digests: readonly Digest[]): void {
    syncs.seen(workload);
    const all = new Set(digests.flatMap((it) => [it, ...(relatives(it) ?? [])]));
    for (const digest of all) {
      const { claims = null, workloads = new Map<string, Workload>() } = known.get(digest) ?? {};
      if (claims === null) unread.add(digest);
      if (workloads.size < mostWorkloads) workloads.set(workload.uid, workload);
      known.delete(digest);
      known.set(digest, { claims, workloads });
    }
    for (const oldest of known.keys()) {
      if (known.size <= mostImages) break;
      known.delete(oldest);
      unread.delete(oldest);
    }
  }

  async function turn(stop: AbortSignal): Promise<"worked" | "idle"> {
    const some = unread.values().take(readsATurn).toArray();
    await Promise.all(some.map(read));
    await clock.sleep(0, stop); // a store in this process answers at once: others have to get their turn
    const now = clock.now();
    if (now >= pollAt) {
      pollAt = now + pollMs;
      await hear(now);
    }
    return some.length > 0 ? "worked" : "idle";
  }

  async function read(digest: Digest): Promise<void> {
    const { claims } = await recording.claimsOf(digest);
    unread.delete(digest);
    const it = known.get(digest);
    if (!it) return;
    it.claims = claims;
    if (claims.length > 0) it.workloads.forEach((workload) => told(workload));
  }

  /** Claims that came since, through whichever replica. */
  async function hear(now: number): Promise<void> {
    newest ??= { at: now, heard: new Set() };
    const after = claimIndex.receivedFrom(newest.at - overlapMs);
    const strings = await store.find(claimIndex.received, { after, limit: newsATurn });
    const fresh = strings.filter((it) => !newest?.heard.has(it));
    for (const it of fresh) await add(it);
    const last = strings.length < newsATurn ? now : claimIndex.receivedAt(strings.at(-1) ?? "");
    newest = { at: Math.max(newest.at, last), heard: new Set(strings) };
  }

  async function add(string: string): Promise<void> {
    const { digest, id, repository } = claimIndex.readReceived(string);
    const reference = parseReference(repository);
    if (reference.kind === "reference") deps.wants({ digest, as: "manifest", repositories: [reference] });
    const it = known.get(digest);
    if (!it || it.claims === null) return;
    const claim = (await store.read(claimAt({ digest, id })))?.value;
    if (!claim || it.claims.some((other) => JSON.stringify(other) === JSON.stringify(claim))) return;
    it.claims = [...it.claims, claim];
    it.workloads.forEach((workload) => told(workload));
  }

  const origins: Origins = (digest, workload) => {
    const names = new Set([digest, ...(relatives(digest) ?? [])]);
    const all = [...names].flatMap((it) => known.get(it)?.claims ?? []);
    const claims = all.flatMap((it) => aboutHere(it, workload));
    const says = labelled(digest);
    const synced = syncs.of(workload);
    const isKnown = claims.length > 0 || says !== null || synced.length > 0;
    return isKnown ? { claims, labelled: says, syncs: synced } : null;
  };

  /** That it was deployed elsewhere says nothing of who deployed it here; nor does a claim that could mean anywhere. */
  function aboutHere(claim: Claim, workload: Workload): readonly Claim[] {
    if (claim.stage !== "deployed") return [claim];
    if (claim.environment === null) return [environments.length === 1 ? claim : { ...claim, actor: null }];
    return isIn(claim.environment, workload) ? [claim] : [{ ...claim, actor: null }];
  }

  /** Where nobody configured such an environment, its name means nothing to us. */
  function isIn(name: string, { cluster, namespace }: Workload): boolean {
    const meant = environments.filter((it) => [it.name, ...it.aliases].some((word) => isSame(word, name)));
    const places = meant.flatMap((it) => it.places);
    return places.some((it) => it.cluster === cluster && (it.namespaces?.includes(namespace) ?? true));
  }

  return { seen, turn, origins };
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
