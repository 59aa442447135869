import type { Families, Found, Missing } from "../../core/image/family.ts";
import type { Digest } from "../../core/image/reference.ts";
import type { Sighting } from "../../core/image/sighting.ts";
import type { EpochMs } from "../../core/workload.ts";
import { deadlineIn } from "../../deadline.ts";
import type { Clock, Registry, RegistryAnswer, Repository, Store } from "../../ports.ts";
import { imageExpiry, imageKey } from "../../records/image.ts";
import { type Trouble, waitMs } from "./jobs.ts";

type Deps = {
  readonly families: Families;
  readonly store: Pick<Store, "read" | "commit">;
  readonly registry: Pick<Registry, "manifest" | "config">;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
};

type Repositories = Sighting["repositories"];
type Outcome = { readonly kind: "found" } | Trouble;

const callMs = 10_000;

/** Reading a manifest counts as a pull on Docker Hub, for everybody behind one address: the nodes need theirs. */
const counted = { registry: "docker.io", most: 20, withinMs: 6 * 3_600_000 };

/** Looks one digest up: in the store, then in the repositories that may have it. What was found is kept. */
export function createLookup({ families, store, registry, clock, newId }: Deps) {
  let pulls: readonly EpochMs[] = [];
  const underWay = new Map<Digest, Promise<Outcome>>();

  /** Two images that share one of another look it up together. */
  async function lookUp(missing: Missing, repositories: Repositories, stop: AbortSignal): Promise<Outcome> {
    const before = underWay.get(missing.digest);
    if (before) return before;
    const asking = lookUpOnce(missing, repositories, stop).finally(() => underWay.delete(missing.digest));
    underWay.set(missing.digest, asking);
    return asking;
  }

  async function lookUpOnce(missing: Missing, repositories: Repositories, stop: AbortSignal): Promise<Outcome> {
    const key = imageKey(missing.digest);
    // without a store the registry is asked: that it cannot be reached is told by those who cannot do without it
    const before = await store.read(key).catch(() => null);
    if (before) return learn(missing.digest, before.value);

    const troubles: Trouble[] = [];
    for (const of of repositories) {
      const answer = await ask(of, missing, stop);
      if (answer.kind === "served") {
        const put = [{ key, value: answer.value, expiresAt: imageExpiry(clock.now()) }];
        await store.commit({ id: newId(), put }).catch(() => null);
        return learn(missing.digest, answer.value);
      }
      troubles.push(answer);
    }
    const [soonest] = troubles.toSorted((a, b) => waitMs(a, 0) - waitMs(b, 0));
    return soonest ?? { kind: "not allowed" };
  }

  function learn(digest: Digest, found: Found) {
    families.learn(digest, found);
    return { kind: "found" } as const;
  }

  async function ask(of: Repository, { digest, as }: Missing, stop: AbortSignal): Promise<RegistryAnswer<Found>> {
    const wait = as === "manifest" && of.registry === counted.registry ? pullWaitMs() : 0;
    if (wait > 0) return { kind: "no answer", because: "enough was pulled for now", retryAfterMs: wait };
    using deadline = deadlineIn(callMs, stop);
    const until = deadline.signal;
    try {
      if (as === "manifest") return await registry.manifest(of, digest, until);
      const answer = await registry.config(of, digest, until);
      return answer.kind === "served" ? { kind: "served", value: configOf(answer.value) } : answer;
    } catch (err) {
      if (!until.aborted) throw err;
      return { kind: "no answer", because: "no answer in time", retryAfterMs: null };
    }
  }

  function pullWaitMs(): number {
    const now = clock.now();
    pulls = pulls.filter((it) => now - it < counted.withinMs);
    const [oldest] = pulls;
    if (oldest !== undefined && pulls.length >= counted.most) return oldest + counted.withinMs - now;
    pulls = [...pulls, now];
    return 0;
  }

  return { lookUp };
}

/** Docker takes no image with more layers. */
const mostLayers = 127;

function configOf(config: Omit<Found & { kind: "config" }, "kind">): Found {
  return { kind: "config", ...config, layers: config.layers.length > mostLayers ? [] : config.layers };
}
