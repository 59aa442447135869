import type { Release } from "../../core/ledger/release.ts";
import type { Intent, Operation } from "../../core/operation/operation.ts";
import { restoredBy } from "../../core/operation/trace.ts";
import type { Store } from "../../ports.ts";
import { operating, operatingIndex } from "../../records/operating.ts";

type Deps = { readonly store: Pick<Store, "read" | "find"> };

const mostOperations = 20;
/** API servers note times in whole seconds. */
const wholeSecondMs = 2_000;
/** Between the confirmation and the release that comes of it lie a deadline or two, and no more. */
const longestMs = 900_000;

/** Null: nobody asked us for it. `where` is null where an operation is told wherever deploys are. */
export type AskedFor = Pick<Intent["asked"], "where"> | null;

/** Where the rollback that made a release was asked for: its own message stands there, and tells more than ours would. */
export function createOurs({ store }: Deps) {
  return async function askedFor(release: Release): Promise<AskedFor> {
    const strings = await store.find(operatingIndex.ofWorkload(release.of), { after: null, limit: mostOperations });
    for (const string of strings) {
      const read = await store.read(operating.operation(operatingIndex.idOf(string)));
      if (read && made(read.value, release)) return read.value.intent.asked;
    }
    return null;
  };
}

function made(operation: Operation, { revision, start }: Release): boolean {
  const { templates, since } = restoredBy(operation);
  const isInTime = start.at >= since - wholeSecondMs && start.at <= since + longestMs;
  return isInTime && templates.includes(revision.template);
}
