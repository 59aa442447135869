import type { EpochMs, Workload } from "../../core/workload.ts";

/** What has to be looked at: now, because something touched it, or again after a while, because only time will tell. */
export function createAttention() {
  const now = new Map<string, Workload>();
  const later = new Map<string, EpochMs>();
  /** Those of `later`, by when it is their turn: thousands may wait, and nobody goes through them each time. */
  const slots = new Map<EpochMs, Map<string, Workload>>();

  function again(workload: Workload, due: EpochMs): void {
    forget(workload.uid);
    const slot = Math.ceil(due / slotMs) * slotMs;
    later.set(workload.uid, slot);
    const others = slots.get(slot);
    if (others) others.set(workload.uid, workload);
    else slots.set(slot, new Map([[workload.uid, workload]]));
  }

  function forget(uid: string): void {
    const slot = later.get(uid);
    if (slot === undefined) return;
    later.delete(uid);
    slots.get(slot)?.delete(uid);
  }

  function wake(at: EpochMs): void {
    for (const [slot, workloads] of slots) {
      if (slot > at) continue;
      slots.delete(slot);
      for (const [uid, workload] of workloads) {
        later.delete(uid);
        if (!now.has(uid)) now.set(uid, workload);
      }
    }
  }

  return {
    touch(workload: Workload): void {
      now.set(workload.uid, workload);
    },

    again,

    /** Takes up to `most` of those that are `ready`. What could not be looked at has to be touched again. */
    next(most: number, at: EpochMs, ready: (workload: Workload) => boolean = () => true): readonly Workload[] {
      wake(at);
      const taken = now.values().filter(ready).take(most).toArray();
      for (const { uid } of taken) {
        now.delete(uid);
        forget(uid);
      }
      return taken;
    },
  };
}

/** Nobody asks more often than that. */
const slotMs = 250;
