import type { Running } from "../running.ts";
import type { Release } from "../ledger/release.ts";
import { type Pod, revisionKey } from "../workload.ts";
import type { Pods } from "./state.ts";

/** The pods of a release, as they are seen now. Null: the cluster shows another revision by now, or none yet. */
export function podsOf({ revision }: Release, running: Running, pods: readonly Pod[]): Pods | null {
  const current = running.revision;
  if (current === null || current.uid !== revision.uid) return null;
  const fresh = pods.filter((it) => !it.terminating && revisionKey(it) === revisionKey(current));
  return { wanted: running.pods.wanted, there: fresh.length, ready: fresh.filter((it) => it.ready).length };
}
