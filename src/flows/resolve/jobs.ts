import type { Sighting } from "../../core/image/sighting.ts";
import type { Digest } from "../../core/image/reference.ts";
import type { EpochMs, Workload } from "../../core/workload.ts";

/** An image to look up, and who runs it. */
export type Job = {
  readonly image: Sighting;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly tries: number;
  readonly notBefore: EpochMs;
};

/** Why something could not be looked up. */
export type Trouble =
  | { readonly kind: "missing" | "not allowed" }
  | { readonly kind: "no answer"; readonly retryAfterMs: number | null };

const mostWorkloads = 100;

/** What is to be looked up, each image once: what fails comes again, less and less often. */
export function createJobs(mostJobs: number) {
  const jobs = new Map<Digest, Job>();

  /** False: there is no place for it now. */
  function add(image: Sighting, workload: Workload | null): boolean {
    const known = jobs.get(image.digest);
    if (!known && jobs.size >= mostJobs) return false;
    const workloads = new Map(known?.workloads);
    if (workload && workloads.size < mostWorkloads) workloads.set(workload.uid, workload);
    jobs.set(image.digest, { tries: 0, notBefore: 0, ...known, image, workloads });
    return true;
  }

  function due(now: EpochMs, most: number): readonly Job[] {
    const found: Job[] = [];
    for (const it of jobs.values()) {
      if (it.notBefore > now) continue;
      found.push(it);
      if (found.length === most) break;
    }
    return found;
  }

  function done({ image }: Job): void {
    jobs.delete(image.digest);
  }

  function later({ image }: Job, troubles: readonly Trouble[], now: EpochMs): void {
    const known = jobs.get(image.digest);
    if (!known) return;
    const wait = Math.min(...troubles.map((it) => waitMs(it, known.tries)));
    jobs.delete(image.digest); // the others first
    jobs.set(image.digest, { ...known, tries: known.tries + 1, notBefore: now + wait });
  }

  function workloadsOf({ image }: Job): readonly Workload[] {
    return [...(jobs.get(image.digest)?.workloads.values() ?? [])];
  }

  /** It waits to be looked up for the first time. */
  function isNew(digest: Digest): boolean {
    return jobs.get(digest)?.tries === 0;
  }

  return { add, due, done, later, workloadsOf, isNew };
}

const longestMs = 6 * 3_600_000;

/** Credentials may come, an image may be pushed yet, and a registry that wants to be left alone is. */
export function waitMs(trouble: Trouble, tries: number): number {
  const grown = (first: number, most: number) => Math.min(first * 2 ** Math.min(tries, 20), most);
  switch (trouble.kind) {
    case "missing":
      return grown(30_000, longestMs);
    case "not allowed":
      return 600_000;
    case "no answer":
      return Math.max(Math.min(trouble.retryAfterMs ?? 0, longestMs), grown(5_000, 900_000));
  }
}
