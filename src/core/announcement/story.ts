import type { SourceChange } from "../provenance/change.ts";
import type { Provenance } from "../provenance/evidence.ts";
import type { TakenBack } from "../ledger/release.ts";
import type { EpochMs } from "../workload.ts";
import type { Announcement } from "./announcement.ts";
import type { Part } from "./state.ts";

/** All that an announcement tells. */
export type Story = {
  readonly announcement: Announcement;
  /** At least one, unless the ledger has forgotten them all. */
  readonly parts: readonly [Part, ...Part[]];
  readonly flags: Flags;
};

export type Flags = {
  /** This image was rolled back before: when that was. Null: not that we know of. */
  readonly rolledBackAt: EpochMs | null;
  /** Who took it back through us, and why. Null: nobody did, or not through us. */
  readonly takenBack: TakenBack | null;
  /** The pipelines of its repository tell of others, and not of this one. */
  readonly unclaimed: boolean;
  /** What lies between its source and that of the release before, by what pipelines claimed of both. */
  readonly source: SourceChange | null;
};

/** The commits of the release and of the one before, where both are known and of one repository. */
export function commitsOf({ parts: [{ release, before }] }: Story): CommitPair | null {
  const [from, to] = [before?.provenance ?? null, release.provenance].map((it) => it && commitOf(it));
  const source = release.provenance.source;
  if (!from || !to || from === to || source === null) return null;
  const isSame = before?.provenance.source === source;
  return isSame ? { source, from, to } : null;
}

export type CommitPair = { readonly source: string; readonly from: string; readonly to: string };

function commitOf({ commits: [first] }: Provenance): string | null {
  return first && first.trust !== "guessed" ? first.value : null;
}
