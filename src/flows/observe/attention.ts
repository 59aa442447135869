import type { EpochMs, Workload } from "../../core/workload.ts";

/** What has to be looked at: now, because something touched it, or again after a while, because only time will tell. */
export function createAttention() {
  const now = new Map<string, Workload>();
  const later = new Map<string, { readonly workload: Workload; readonly due: EpochMs }>();

  return {
    touch(workload: Workload): void {
      now.set(workload.uid, workload);
    },

    again(workload: Workload, due: EpochMs): void {
      later.set(workload.uid, { workload, due });
    },

    /** Takes up to `most` of those that are `ready`. What could not be looked at has to be touched again. */
    next(most: number, at: EpochMs, ready: (workload: Workload) => boolean = () => true): readonly Workload[] {
      for (const [uid, { workload, due }] of later) {
        if (due > at) continue;
        later.delete(uid);
        if (!now.has(uid)) now.set(uid, workload);
      }
      const taken = now.values().filter(ready).take(most).toArray();
      for (const { uid } of taken) {
        now.delete(uid);
        later.delete(uid);
      }
      return taken;
    },
  };
}
