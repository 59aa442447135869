import { deadlineIn } from "../../deadline.ts";
import type { Clock, Cluster } from "../../ports.ts";

type Deps = {
  readonly clusters: readonly Pick<Cluster, "name" | "identity">[];
  readonly clock: Clock;
};

/** Which cluster is which, whatever it is called in the configuration. */
export type Identities = {
  /** Null while it could not be asked. */
  of(cluster: string): string | null;
  /** The name of the cluster with this identity. Null: none that we follow. */
  named(identity: string): string | null;
  /** Sentences about clusters whose identity could not be read, for who runs the bot. */
  missing(): readonly string[];
};

const againAfterMs = 10_000;
const deadlineMs = 5_000;

export function createIdentifying({ clusters, clock }: Deps) {
  const known = new Map<string, string>();
  const problems = new Map<string, string>();

  const identities: Identities = {
    of: (cluster) => known.get(cluster) ?? null,
    named: (identity) => [...known].find(([, it]) => it === identity)?.[0] ?? null,
    missing: () => [...problems.values()],
  };

  /** Asks each cluster until it has told; rights may be granted while we run. */
  async function identify(stop: AbortSignal): Promise<void> {
    await Promise.all(
      clusters.map(async (cluster) => {
        while (!stop.aborted && !known.has(cluster.name)) {
          await ask(cluster, stop);
          if (!known.has(cluster.name)) await clock.sleep(againAfterMs, stop);
        }
      }),
    );
  }

  async function ask(cluster: Deps["clusters"][number], stop: AbortSignal): Promise<void> {
    using deadline = deadlineIn(deadlineMs, stop);
    try {
      known.set(cluster.name, await cluster.identity(deadline.signal));
      problems.delete(cluster.name);
    } catch (err) {
      problems.set(cluster.name, err instanceof Error ? err.message : String(err));
    }
  }

  return { identities, identify };
}
