import type { Learnt } from "../../core/check/material.ts";
import { createView, type View } from "../../core/view.ts";
import type { ClusterRecord, Pod, Workload } from "../../core/workload.ts";

type Seen = { readonly workload: Workload; readonly pods: readonly Pod[] } | { readonly because: string };

/** A workload and its pods as they were read past the streams; or, while these are open, as they tell. Never older. */
export function seenNow(view: View, workload: Workload, around: Learnt<readonly ClusterRecord[]>): Seen {
  const direct = createView();
  for (const record of around.kind === "known" ? around.value : []) direct.apply({ kind: "put", record });
  const [found] = direct.all([{ cluster: workload.cluster, namespaces: null }]);
  if (found) return { workload: found, pods: direct.around(found).pods };
  const { state } = view.freshness(workload.cluster, workload.namespace, workload.kind);
  if (state === "live") return { workload, pods: view.around(workload).pods };
  return { because: around.kind === "known" ? "it is not there any more" : around.because };
}
