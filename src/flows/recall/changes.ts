import type { ChangesAnswer, PastRow } from "../../core/past/answer.ts";
import type { PastQuestion } from "../../core/past/question.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Store } from "../../ports.ts";
import { index, type Lead, leadOf } from "../../records.ts";
import type { Ledger } from "./ledger.ts";

type Deps = { readonly ledger: Ledger; readonly store: Pick<Store, "find">; readonly now: EpochMs };

const rowsAPage = 10;
const stringsAtATime = 500;

/** What began lately in an environment, newest first. */
export async function recallChanges(
  { environment, minutes, after }: PastQuestion & { kind: "changes" },
  { ledger, store, now }: Deps,
): Promise<ChangesAnswer> {
  const since = now - minutes * 60_000;
  const rows: PastRow[] = [];
  for await (const { string, lead } of leads()) {
    if (lead.start === null || lead.start < since) break;
    const row = ledger.locate(lead.of).environments.includes(environment) && (await ledger.rowAt(lead.of, lead.start));
    if (row) rows.push(row);
    if (rows.length === rowsAPage) return { kind: "changes", environment, minutes, since, rows, after: string };
  }
  return { kind: "changes", environment, minutes, since, rows, after: null };

  async function* leads(): AsyncIterable<{ readonly string: string; readonly lead: Lead }> {
    for (let last = after; ;) {
      const strings = await store.find(index.recent, { after: last, limit: stringsAtATime });
      for (const string of strings) {
        const lead = leadOf(string);
        if (lead) yield { string, lead };
      }
      last = strings.at(-1) ?? null;
      if (strings.length < stringsAtATime) return;
    }
  }
}
