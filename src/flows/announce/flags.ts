import type { Flags } from "../../core/announcement/story.ts";
import type { Aliases } from "../../core/image/identity.ts";
import { parseReference, repositoryOf } from "../../core/image/reference.ts";
import { sourceChange } from "../../core/provenance/change.ts";
import type { Origin } from "../../core/provenance/origin.ts";
import { nameOf, type Release, type ReleasedContainer } from "../../core/ledger/release.ts";
import type { Clock, Store } from "../../ports.ts";
import { index, leadOf, records } from "../../records.ts";
import type { Recording } from "../record.ts";

export type FlagsOf = (release: Release, before: Release | null) => Promise<Flags>;

type Deps = {
  readonly store: Pick<Store, "read" | "find" | "range">;
  readonly recording: Pick<Recording, "wayOf" | "claimsOf">;
  readonly aliases: Aliases;
  readonly clock: Pick<Clock, "now">;
};

const mostLeads = 50;
const keptMs = 30_000;
const mostKept = 200;

/** What deserves a second look. Looked up once in a while: a message is edited more often than that. */
export function createFlags({ store, recording, aliases, clock }: Deps): FlagsOf {
  const kept = new Map<string, { readonly flags: Flags; readonly until: number }>();

  return async function flagsOf(release, before) {
    const main = mainOf(release);
    const name = `${nameOf(release.of)}/${release.start.at}/${release.end?.at ?? ""}/${main?.digests.join() ?? ""}`;
    const known = kept.get(name);
    if (known && known.until > clock.now()) return known.flags;
    const [rolledBackAt, unclaimed, source] = await Promise.all([
      lastRolledBack(release, main),
      isUnclaimed(main),
      sourceSince(before, main),
    ]);
    const flags = { rolledBackAt, takenBack: release.end?.takenBack ?? null, unclaimed, source };
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= mostKept) kept.delete(oldest);
    kept.set(name, { flags, until: clock.now() + keptMs });
    return flags;
  };

  /** Of the same workload: what another environment thought of it is told by its own history. */
  async function lastRolledBack({ of, start }: Release, main: ReleasedContainer | undefined): Promise<number | null> {
    const found = await Promise.all(
      (main?.digests ?? []).map((it) =>
        store.find(index.digest(it.slice(it.indexOf(":") + 1)), { after: null, limit: mostLeads }),
      ),
    );
    const leads = found.flat().flatMap((it) => leadOf(it) ?? []);
    const earlier = leads.filter((it) => nameOf(it.of) === nameOf(of) && it.start !== null && it.start < start.at);
    const ends = await Promise.all(earlier.map(async (it) => endedAt(of, it.start ?? 0)));
    const times = ends.filter((it) => it !== null);
    return times.length === 0 ? null : Math.max(...times);
  }

  async function endedAt(of: Release["of"], start: number): Promise<number | null> {
    const [entry] = await store.range(records.ledger(of), { before: start + 1, limit: 1 });
    const end = entry?.value.start.at === start ? entry.value.end : null;
    return end?.by === "rollback" ? end.at : null;
  }

  async function isUnclaimed(main: ReleasedContainer | undefined): Promise<boolean> {
    const [digest] = main?.digests ?? [];
    const reference = parseReference(main?.image ?? "");
    if (digest === undefined || reference.kind === "invalid") return false;
    const way = await recording.wayOf({ repository: repositoryOf(reference), digest, aliases: aliases(digest) });
    return way?.missing?.certain === true && way.missing.stages.includes("built");
  }

  async function sourceSince(before: Release | null, main: ReleasedContainer | undefined): Promise<Flags["source"]> {
    const was = before && mainOf(before);
    return was && main ? sourceChange(await originOf(was), await originOf(main)) : null;
  }

  async function originOf({ digests }: ReleasedContainer): Promise<Origin> {
    const all = digests.flatMap((it) => [...(aliases(it) ?? [it])]);
    const found = await Promise.all([...new Set([...digests, ...all])].map(recording.claimsOf));
    return { claims: found.flatMap((it) => it.claims), labelled: null, syncs: [] };
  }
}

function mainOf({ containers }: Release): ReleasedContainer | undefined {
  return containers.find((it) => it.role === "main") ?? containers[0];
}
