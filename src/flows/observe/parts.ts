import type { Place, View } from "../../core/view.ts";
import { type EpochMs, type Workload, workloadKinds } from "../../core/workload.ts";

/** One kind of workload in one namespace, or (null) in all: what we may read of a cluster, we may for each of them apart. */
export type Part = {
  readonly namespace: string | null;
  readonly kind: Workload["kind"];
  /**
   * From the start, and whenever its watch was lost, until everything that may have changed is held against the ledger: all
   * that is there, or what a list touched that told it anew.
   */
  behind: "all" | "touched" | null;
  /** When all that is there was last held against it. */
  wholeAt: EpochMs;
};

export function partsOf({ namespaces }: Place): readonly Part[] {
  return (namespaces ?? [null]).flatMap((namespace) =>
    workloadKinds.map((kind): Part => ({ namespace, kind, behind: "all", wholeAt: -Infinity })),
  );
}

/** Lists come together after a fault. Even so a ledger that lost its end, with a store that failed over, is mended. */
const wholeEveryMs = 3_600_000;

export function fallBehind(part: Part, now: EpochMs): void {
  if (part.behind !== "all") part.behind = now - part.wholeAt < wholeEveryMs ? "touched" : "all";
}

export function isPartOf({ namespace, kind }: Part, it: Pick<Workload, "namespace" | "kind">): boolean {
  return kind === it.kind && (namespace === null || namespace === it.namespace);
}

/** `at`: up to when the least known of the open parts is known. Null: some part is broken, so nobody can say. */
export type Openness = { readonly open: readonly Part[]; readonly at: EpochMs | null };

/** Which parts are seen as they are. One that we were never let read is none of our business, until we are. */
export function opennessOf(parts: readonly Part[], { cluster }: Place, view: View): Openness {
  const open: Part[] = [];
  let at: EpochMs | null = Infinity;
  for (const part of parts) {
    const [seen, whole] = [view.freshness(cluster, part.namespace, part.kind), view.freshness(cluster, part.namespace)];
    if (seen.state === "live") {
      open.push(part);
      if (at !== null) at = Math.min(at, seen.at);
    } else if (whole.state !== "partial" || !whole.denied.includes(part.kind)) at = null;
  }
  return { open, at: at === Infinity ? null : at };
}

/** As it is kept in the store: a part that nobody named there was never looked at. */
export function nameOfPart({ namespace, kind }: Part): string {
  return `${namespace ?? "*"}/${kind}`;
}

/** `looked`: the names of the parts that somebody looked at; left out: all of them. */
export function wasLookedAt(part: Part, looked: readonly string[] | undefined): boolean {
  return looked === undefined || looked.includes(nameOfPart(part)) || looked.includes(`*/${part.kind}`);
}
