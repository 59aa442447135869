import { type Claim, timeOf } from "../core/claims/claim.ts";
import type { Sought } from "../core/claims/sought.ts";
import { type Way, wayOf } from "../core/claims/way.ts";
import type { Digest } from "../core/image/reference.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Clock, Store } from "../ports.ts";
import { claimAt, claimExpiry, claimIndex, claimKey, claimsAbout } from "../records/claims.ts";

export type Recording = {
  /** Keeps it once, however often it is sent. Rejects when the store cannot: then send it again. */
  accept(claim: Omit<Claim, "receivedAt">): Promise<Claim>;
  /** What was claimed about one image, by time. `complete` is false when there is more than is told. */
  claimsOf(digest: Digest): Promise<Claims>;
  /** The same for what was built from a commit, whole or its beginning. */
  claimsFrom(commit: string): Promise<Claims>;
  /** The way that an image took. Null when there is nothing to tell. */
  wayOf(image: Sought): Promise<Way | null>;
};

type Claims = { readonly claims: readonly Claim[]; readonly complete: boolean };

type Deps = { readonly store: Store; readonly clock: Pick<Clock, "now">; readonly newId: () => string };

const most = 200;
const mostDigests = 8;
const sweptAtOnce = 8;

/** What pipelines say: kept, and read back. Nothing is done because of it. */
export function createRecording({ store, clock, newId }: Deps): Recording {
  async function accept(said: Omit<Claim, "receivedAt">): Promise<Claim> {
    const claim = { ...said, receivedAt: clock.now() };
    const key = claimKey(claim);
    const known = await store.read(key);
    if (known) return known.value;

    const drop = await expiredStrings(claim.receivedAt);
    const outcome = await store.commit({
      id: newId(),
      expect: [{ key, version: null }],
      put: [{ key, value: claim, expiresAt: claimExpiry(claim) }],
      index: { drop, add: claimIndex.stringsOf(claim) },
    });
    if (outcome === "done") return claim;
    return (await store.read(key))?.value ?? claim; // somebody sent the same at the same time
  }

  /** A few with each claim that comes: so the index does not grow for ever. */
  async function expiredStrings(now: EpochMs): Promise<readonly string[]> {
    const oldest = await store.find(claimIndex.received, { after: null, limit: sweptAtOnce });
    return oldest.flatMap((it) => claimIndex.expired(it, now));
  }

  async function claimsOf(digest: Digest): Promise<Claims> {
    const found = await store.list(claimsAbout(digest), { after: null, limit: most });
    return { claims: byTime(found.map((it) => it.value)), complete: found.length < most };
  }

  async function claimsFrom(commit: string): Promise<Claims> {
    const found = await store.find(claimIndex.commit(commit), { after: null, limit: most });
    const read = await Promise.all(found.map(async (it) => store.read(claimAt(claimIndex.read(it)))));
    return { claims: byTime(read.flatMap((it) => it?.value ?? [])), complete: found.length < most };
  }

  async function way({ repository, digest, aliases }: Sought): Promise<Way | null> {
    const digests = new Set([digest, ...(aliases ?? [])]);
    const asked = [...digests].slice(0, mostDigests);
    const [since, ...each] = await Promise.all([claimsSince(repository), ...asked.map(claimsOf)]);
    const complete = asked.length === digests.size && each.every((it) => it.complete);
    return wayOf({ claims: each.flatMap((it) => it.claims), complete, since, aliasesKnown: aliases !== null });
  }

  async function claimsSince(repository: string): Promise<EpochMs | null> {
    const [oldest] = await store.find(claimIndex.repository(repository), { after: null, limit: 1 });
    return oldest === undefined ? null : claimIndex.since(oldest, clock.now());
  }

  return { accept, claimsOf, claimsFrom, wayOf: way };
}

function byTime(claims: readonly Claim[]): readonly Claim[] {
  return claims.toSorted((a, b) => timeOf(a) - timeOf(b) || a.receivedAt - b.receivedAt);
}
