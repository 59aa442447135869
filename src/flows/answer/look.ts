import type { Look, Looks } from "../../core/direct.ts";
import type { Freshness, Place, View } from "../../core/view.ts";
import type { EpochMs, Workload } from "../../core/workload.ts";
import { deadlineIn } from "../../deadline.ts";
import type { Clock, Cluster } from "../../ports.ts";

type Deps = {
  readonly view: View;
  readonly clusters: readonly Pick<Cluster, "name" | "look">[];
  readonly clock: Clock;
  readonly lookMs?: number;
};

/** `seenAt`: up to when the watch has told everything. */
type Stale = { readonly workload: Workload; readonly seenAt: EpochMs; readonly cluster: string };
/** Under way or done. Null when nobody could tell, which is as good to know for all who ask next. */
type Reading = { readonly at: EpochMs; readonly look: Promise<Look | null> };

/** A watch that works owes us a bookmark about every minute. */
const quietForMs = 65_000;
/** A reading is for all who ask within so long: the answer says how old it is. */
const goodForMs = 3_000;
const mostWorkloads = 5;

/** Reads directly what the watch does not show well enough: once for all who ask within seconds, and never for long. */
export function createLooking({ view, clusters, clock, lookMs = 2_000 }: Deps) {
  const readings = new Map<string, Reading>(); // in the order of their beginning

  /** What could be read, cluster by cluster: a cluster of which not everything could be read is left as it was known. */
  async function lookAt(service: string, places: readonly Place[]): Promise<Looks> {
    const now = clock.now();
    forgetAllBut(now);
    const stale = view.find(service, places).flatMap((it) => staleness(it, now));
    const each = Array.from(
      Map.groupBy(stale, (it) => it.cluster),
      async ([cluster, all]): Promise<Looks> => {
        if (all.length > mostWorkloads) return { looks: [], failed: [cluster] };
        const told = await Promise.all(all.map(async (it) => lookOnce(it, now)));
        const looks = told.filter((it) => it !== null);
        return looks.length === all.length ? { looks, failed: [] } : { looks: [], failed: [cluster] };
      },
    );
    const all = await Promise.all(each);
    return { looks: all.flatMap((it) => it.looks), failed: all.flatMap((it) => it.failed) };
  }

  function staleness(workload: Workload, now: EpochMs): readonly Stale[] {
    const { cluster, namespace, kind } = workload;
    const freshness = view.freshness(cluster, namespace, kind);
    return isStale(freshness, now) ? [{ workload, seenAt: freshness.at, cluster }] : [];
  }

  /** A reading from before the watch last spoke would take us back in time. */
  async function lookOnce({ workload, seenAt }: Stale, now: EpochMs): Promise<Look | null> {
    const key = JSON.stringify([workload.cluster, workload.uid]);
    const known = readings.get(key);
    if (known && known.at >= seenAt) return known.look;
    const look = read(workload, now);
    readings.delete(key); // the new one is the last in order
    readings.set(key, { at: now, look });
    return look;
  }

  /** Where the clock was put back, a reading seems to come from the future, and would be good for long. */
  function forgetAllBut(now: EpochMs): void {
    for (const [key, { at }] of readings) {
      if (at <= now && now - at <= goodForMs) return;
      readings.delete(key);
    }
  }

  /** Null when nobody can tell: then the answer says how old it is, and the watch has logged why. */
  async function read(workload: Workload, at: EpochMs): Promise<Look | null> {
    const cluster = clusters.find((it) => it.name === workload.cluster);
    using deadline = deadlineIn(lookMs);
    const records = await cluster?.look(workload, deadline.signal).catch(() => null);
    return records ? { workload, records, at } : null;
  }

  return { lookAt };
}

function isStale(
  freshness: Freshness,
  now: EpochMs,
): freshness is Freshness & { readonly state: "live" | "partial" | "behind" } {
  switch (freshness.state) {
    case "live":
    case "partial":
      return now - freshness.at > quietForMs;
    case "behind":
      return true;
    case "asked":
    case "unread":
      return false;
  }
}
