import { createView, type Freshness, type View } from "./view.ts";
import type { ClusterRecord, EpochMs, Workload } from "./workload.ts";

/** One workload as it was read directly, past the streams: with its revisions and pods, or gone (no records). */
export type Look = { readonly workload: Workload; readonly records: readonly ClusterRecord[]; readonly at: EpochMs };

export type Looks = {
  readonly looks: readonly Look[];
  /** Clusters that could not be read although they had to be. */
  readonly failed: readonly string[];
};

/** The view, but what was read directly counts more. Only good for questions about the workloads that were. */
export function withLooks(view: View, { looks, failed }: Looks): View {
  if (looks.length === 0 && failed.length === 0) return view;
  const direct = createView();
  for (const record of looks.flatMap((it) => it.records)) direct.apply({ kind: "put", record });

  const find: View["find"] = (name, places) => {
    const read = direct.find(name, places);
    const rest = view.find(name, places).filter((it) => !looks.some(({ workload }) => isSame(workload, it)));
    return [...read, ...rest];
  };

  /** Digests that were seen before the streams broke are still known. */
  const around: View["around"] = (workload) => {
    if (!direct.find(workload.name, [{ cluster: workload.cluster, namespaces: null }]).includes(workload)) {
      return view.around(workload);
    }
    const [now, before] = [direct.around(workload), view.around(workload)];
    const seen: typeof now.seen = (revision, container) => [
      ...new Set([...now.seen(revision, container), ...before.seen(revision, container)]),
    ];
    return { ...now, seen };
  };

  /** A cluster of which every workload in question was read is as fresh as the oldest of these readings. */
  const freshness: View["freshness"] = (cluster, namespace, kind) => {
    const before = view.freshness(cluster, namespace, kind);
    if (failed.includes(cluster)) return doubted(before);
    const times = looks.filter((it) => it.workload.cluster === cluster).map((it) => it.at);
    return times.length === 0 ? before : asked(before, Math.min(...times));
  };

  return { ...view, find, around, freshness };
}

function asked(before: Freshness, at: EpochMs): Freshness {
  return { state: "asked", at, because: isOpen(before) ? null : before.because };
}

/** A stream that is open says nothing when its server is frozen, too. */
function doubted(before: Freshness): Freshness {
  if (!isOpen(before)) return before;
  return { state: "behind", at: before.at, because: "its watch has gone quiet, and it could not be read directly" };
}

function isOpen(freshness: Freshness): freshness is Freshness & { readonly state: "live" | "partial" } {
  return freshness.state === "live" || freshness.state === "partial";
}

function isSame(a: Workload, b: Workload): boolean {
  return a.cluster === b.cluster && a.namespace === b.namespace && a.kind === b.kind && a.name === b.name;
}
