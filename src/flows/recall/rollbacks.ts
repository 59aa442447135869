import type { RollbacksAnswer } from "../../core/past/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import { fenceKey, operationIn } from "../../core/operation/trace.ts";
import type { Place, View } from "../../core/view.ts";
import type { Workload } from "../../core/workload.ts";
import type { Store } from "../../ports.ts";
import { operating, operatingIndex } from "../../records/operating.ts";

type Deps = {
  readonly store: Pick<Store, "read" | "find">;
  readonly view: View;
  readonly places: readonly Place[];
};

const rowsAPage = 10;
const mostLookedUp = 500;

/** What was confirmed in an environment, newest first: what is under way, and what came of the others. */
export async function recallRollbacks(
  { environment, after }: PastQuestion & { kind: "rollbacks" },
  { store, view, places }: Deps,
): Promise<RollbacksAnswer> {
  const strings = await store.find(operatingIndex.recent(environment), { after, limit: rowsAPage });
  const read = await Promise.all(strings.map(async (it) => store.read(operating.operation(operatingIndex.idOf(it)))));
  return {
    kind: "rollbacks",
    environment,
    operations: read.flatMap((it) => it?.value ?? []),
    lost: after === null ? await lostIn(view.all(places)) : [],
    after: strings.length < rowsAPage ? null : (strings.at(-1) ?? null),
  };

  /** A workload tells which operation touched it last. One that nobody knows was ours all the same. */
  async function lostIn(workloads: readonly Workload[]): Promise<RollbacksAnswer["lost"]> {
    const carrying = workloads.flatMap((it) => (carriedBy(it) ?? []).map((operation) => ({ it, operation })));
    const known = await Promise.all(
      carrying.slice(0, mostLookedUp).map(async ({ operation }) => store.read(operating.operation(operation))),
    );
    return carrying
      .filter((_, at) => known[at] === null)
      .map(({ it: { namespace, kind, name, cluster }, operation }) => {
        return { subject: { namespace, kind, name }, cluster, operation };
      });
  }
}

/** One that was shut out carries it, too. */
function carriedBy({ notes }: Workload): readonly string[] | null {
  const fence = notes[fenceKey];
  return fence === undefined || fence === "" ? null : [operationIn(fence)];
}
