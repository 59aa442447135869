import type { Release } from "../core/ledger/release.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Clock, Store } from "../ports.ts";
import { forgotten, records } from "../records.ts";

type Deps = {
  readonly store: Pick<Store, "list" | "range" | "commit">;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  /** What ended longer ago is forgotten, in milliseconds. */
  readonly keepMs: number;
};

const everyMs = 21_600_000; // a quarter of a day
const workloadsATurn = 50;
const releasesATime = 100;

/** Keeps the ledger from growing for ever. What was in force when the time that is kept begins, stays. */
export function createRetaining({ store, clock, newId, keepMs }: Deps) {
  let pass: { readonly horizon: EpochMs; readonly after: string | null } | null = null;
  let nextAt = 0;

  async function turn(): Promise<"worked" | "idle"> {
    if (pass === null && clock.now() < nextAt) return "idle";
    const { horizon, after } = pass ?? { horizon: clock.now() - keepMs, after: null };
    const some = await store.list(records.allCurrent, { after, limit: workloadsATurn });
    for (const { value } of some) await forget(value, horizon);
    const last = some.at(-1)?.key.name ?? null;
    pass = some.length < workloadsATurn ? null : { horizon, after: last };
    nextAt = clock.now() + everyMs;
    return pass === null ? "idle" : "worked";
  }

  async function forget({ of }: Release, horizon: EpochMs): Promise<void> {
    const log = records.ledger(of);
    const [inForce] = await store.range(log, { before: horizon + 1, limit: 1 });
    if (!inForce) return;
    const old: Release[] = [];
    for (let before = inForce.at; ;) {
      const some = await store.range(log, { before, limit: releasesATime });
      old.push(...some.map((it) => it.value));
      before = some.at(-1)?.at ?? before;
      if (some.length < releasesATime) break;
    }
    const [first, ...more] = old;
    if (first) await store.commit(forgotten(newId(), [first, ...more], horizon));
  }

  return { turn };
}
