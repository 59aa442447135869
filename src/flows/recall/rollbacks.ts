import type { RollbacksAnswer } from "../../core/past/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import type { Store } from "../../ports.ts";
import { operating, operatingIndex } from "../../records/operating.ts";

const rowsAPage = 10;

/** What was confirmed in an environment, newest first: what is under way, and what came of the others. */
export async function recallRollbacks(
  { environment, after }: PastQuestion & { kind: "rollbacks" },
  store: Pick<Store, "read" | "find">,
): Promise<RollbacksAnswer> {
  const strings = await store.find(operatingIndex.recent(environment), { after, limit: rowsAPage });
  const read = await Promise.all(strings.map(async (it) => store.read(operating.operation(operatingIndex.idOf(it)))));
  return {
    kind: "rollbacks",
    environment,
    operations: read.flatMap((it) => it?.value ?? []),
    after: strings.length < rowsAPage ? null : (strings.at(-1) ?? null),
  };
}
