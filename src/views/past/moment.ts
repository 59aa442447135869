import type { Moment } from "../../core/ledger/release.ts";
import type { EpochMs } from "../../core/workload.ts";

/** When it happened; where nobody was looking, between what it happened. `shown` words a time. */
export function momentWords({ at, notBefore }: Moment, shown: (at: EpochMs) => string): string {
  if (notBefore === null) return shown(at);
  if (notBefore <= 0) return `some time before ${shown(at)}, while I was not looking`;
  return `some time between ${shown(notBefore)} and ${shown(at)}, while I was not looking`;
}
