import { argoAppOf } from "../../core/check/owner.ts";
import type { Learnt } from "../../core/check/material.ts";
import type { Sync } from "../../core/provenance/sync.ts";
import type { EpochMs, Workload } from "../../core/workload.ts";
import { deadlineIn } from "../../deadline.ts";
import type { Clock, Syncing } from "../../ports.ts";

export type Syncs = {
  /** It is there, or has changed: whoever keeps it may have synced it. */
  seen(workload: Workload): void;
  turn(stop: AbortSignal): Promise<"worked" | "idle">;
  of(workload: Workload): readonly Sync[];
};

type Deps = {
  readonly clusters: readonly { readonly name: string; readonly syncing: Syncing }[];
  readonly clock: Pick<Clock, "now">;
  /** More is known by now of how this workload came to run what it does. */
  readonly told: (workload: Workload) => void;
};

/** What is known of one Application, and whom it is about. `dueAt`: null while there is nothing to read. */
type Known = {
  readonly cluster: string;
  readonly app: string;
  readonly workloads: Map<string, Workload>;
  syncs: readonly Sync[];
  readAt: EpochMs | null;
  dueAt: EpochMs | null;
};

const readsATurn = 2;
const readMs = 5_000;
const most = 5_000;
const mostWorkloads = 200;
/** A sync is noted some time after what it brings is there. */
const everyMs = 60_000;
/** Who may not read them now, or has none, will not in a minute. */
const againMs = 900_000;

/** Who started the syncs that brought what runs: read when a workload of an Application changes, and not often. */
export function createSyncs({ clusters, clock, told }: Deps): Syncs {
  const known = new Map<string, Known>(); // in the order of their last use

  function seen(workload: Workload): void {
    const app = appOf(workload);
    if (app === null) return;
    const key = keyOf(workload, app);
    const fresh = { cluster: workload.cluster, app, workloads: new Map(), syncs: [], readAt: null, dueAt: null };
    const it: Known = known.get(key) ?? fresh;
    if (it.workloads.size < mostWorkloads) it.workloads.set(workload.uid, workload);
    it.dueAt ??= it.readAt === null ? 0 : it.readAt + everyMs;
    known.delete(key);
    known.set(key, it);
    const [oldest] = known.size > most ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
  }

  async function turn(stop: AbortSignal): Promise<"worked" | "idle"> {
    const now = clock.now();
    const due = [...known.values()].filter((it) => it.dueAt !== null && it.dueAt <= now).slice(0, readsATurn);
    await Promise.all(due.map(async (it) => read(it, stop)));
    return due.length > 0 ? "worked" : "idle";
  }

  async function read(it: Known, stop: AbortSignal): Promise<void> {
    const answer = await ask(it, stop);
    if (stop.aborted) return;
    it.readAt = clock.now();
    it.dueAt = null;
    if (answer.kind !== "known") {
      it.readAt += againMs - everyMs; // so much later than usual
      return;
    }
    const isNew = JSON.stringify(answer.value) !== JSON.stringify(it.syncs);
    it.syncs = answer.value;
    if (isNew) it.workloads.forEach((workload) => told(workload));
  }

  async function ask({ cluster, app }: Known, stop: AbortSignal): Promise<Learnt<readonly Sync[]>> {
    const port = clusters.find((it) => it.name === cluster)?.syncing;
    using deadline = deadlineIn(readMs, stop);
    const until = deadline.signal;
    try {
      return (await port?.syncs(app, until)) ?? { kind: "refused", because: "there is no such cluster" };
    } catch (err) {
      if (!until.aborted) throw err;
      return { kind: "no answer", because: "no answer in time" };
    }
  }

  function of(workload: Workload): readonly Sync[] {
    const app = appOf(workload);
    return app === null ? [] : (known.get(keyOf(workload, app))?.syncs ?? []);
  }

  return { seen, turn, of };
}

function appOf(workload: Workload): string | null {
  return argoAppOf({ labels: workload.notes, annotations: workload.notes }, workload);
}

function keyOf({ cluster }: Workload, app: string): string {
  return JSON.stringify([cluster, app]);
}
