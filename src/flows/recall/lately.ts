import type { PastRow } from "../../core/past/answer.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Store } from "../../ports.ts";
import { index, type Lead, leadOf } from "../../records.ts";
import type { Ledger } from "./ledger.ts";

/** What began since some time, newest first, and how much more there was. */
export type Lately = { readonly rows: readonly PastRow[]; readonly more: number };

const mostStrings = 1_000;

/** In every environment of the configuration. */
export async function recallLately(
  { since, most }: { readonly since: EpochMs; readonly most: number },
  { ledger, store }: { readonly ledger: Ledger; readonly store: Pick<Store, "find"> },
): Promise<Lately> {
  const strings = await store.find(index.recent, { after: null, limit: mostStrings });
  const leads = strings
    .map(leadOf)
    .filter((it): it is Lead & { readonly start: EpochMs } => it !== null && it.start !== null && it.start >= since)
    .filter((it) => ledger.locate(it.of).environments.length > 0);
  const rows: PastRow[] = [];
  for (const { of, start } of leads.slice(0, most)) {
    const row = await ledger.rowAt(of, start);
    if (row) rows.push(row);
  }
  return { rows, more: Math.max(0, leads.length - most) };
}
