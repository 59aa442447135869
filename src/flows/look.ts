import type { Look, Looks } from "../core/direct.ts";
import type { Freshness, Place, View } from "../core/view.ts";
import type { EpochMs, Workload } from "../core/workload.ts";
import type { Clock, Cluster } from "../ports.ts";

type Deps = {
  readonly view: View;
  readonly clusters: readonly Pick<Cluster, "name" | "look">[];
  readonly clock: Clock;
  readonly lookMs?: number;
};

/** A watch that works owes us a bookmark about every minute. */
const quietForMs = 75_000;
const mostWorkloads = 5;

/** Reads directly what the watch does not show well enough: once for all who ask at the same time, and never for long. */
export function createLooking({ view, clusters, clock, lookMs = 2_000 }: Deps) {
  const underWay = new Map<string, Promise<Look | null>>();

  /** What could be read, cluster by cluster: a cluster of which not everything could be read is left as it was known. */
  async function lookAt(service: string, places: readonly Place[]): Promise<Looks> {
    const stale = view
      .find(service, places)
      .filter((it) => isStale(view.freshness(it.cluster, it.namespace, it.kind), clock.now()));
    const readings = Array.from(
      Map.groupBy(stale, (it) => it.cluster),
      async ([cluster, all]): Promise<Looks> => {
        if (all.length > mostWorkloads) return { looks: [], failed: [] };
        const read = await Promise.all(all.map(lookOnce));
        const looks = read.filter((it) => it !== null);
        return looks.length === all.length ? { looks, failed: [] } : { looks: [], failed: [cluster] };
      },
    );
    const all = await Promise.all(readings);
    return { looks: all.flatMap((it) => it.looks), failed: all.flatMap((it) => it.failed) };
  }

  async function lookOnce(workload: Workload): Promise<Look | null> {
    const key = JSON.stringify([workload.cluster, workload.uid]);
    const shared = underWay.get(key) ?? look(workload).finally(() => underWay.delete(key));
    underWay.set(key, shared);
    return shared;
  }

  /** Null when nobody can tell: then the answer says how old it is, and the watch has logged why. */
  async function look(workload: Workload): Promise<Look | null> {
    const at = clock.now();
    const cluster = clusters.find((it) => it.name === workload.cluster);
    const records = await cluster?.look(workload, AbortSignal.timeout(lookMs)).catch(() => null);
    return records ? { workload, records, at } : null;
  }

  return { lookAt };
}

function isStale(freshness: Freshness, now: EpochMs): boolean {
  switch (freshness.state) {
    case "live":
      return now - freshness.at > quietForMs;
    case "behind":
      return true;
    case "asked":
    case "unread":
      return false;
  }
}
