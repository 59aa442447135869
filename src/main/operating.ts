import { createBell } from "../bell.ts";
import type { Aliases } from "../core/image/identity.ts";
import type { Intent } from "../core/operation/operation.ts";
import type { Environment } from "../config.ts";
import type { Identities } from "../flows/learn/identify.ts";
import { createOperating } from "../flows/operate.ts";
import type { Reach } from "../flows/operate/facts.ts";
import { createOperationTeller } from "../flows/operate/tell.ts";
import { type Authorize, createWishing } from "../flows/wish.ts";
import type { Log } from "../log.ts";
import { keepTurning } from "../loop.ts";
import type { Clock, Cluster, Store } from "../ports.ts";
import type { Restoring } from "../ports/rollback.ts";

type Deps = {
  readonly store: Store;
  readonly clusters: readonly (Pick<Cluster, "name" | "look"> & { readonly restoring: Restoring })[];
  readonly identities: Identities;
  readonly aliases: Aliases;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
  readonly environments: readonly Environment[];
  readonly authorize: Authorize;
  /** Whether the person may (still) do this. Rejects when nobody can tell. */
  readonly stillMay: (intent: Intent, stop: AbortSignal) => Promise<boolean>;
  readonly isClosed: (channel: string) => boolean;
};

/** So many operations are worked on at the same time by one replica. */
const atATime = 4;

/** Carries out what was confirmed, and what people ask of it afterwards. */
export function createCarryingOut({ clusters, identities, environments, log, ...deps }: Deps) {
  const bell = createBell();
  const reach = (identity: string): Reach | null => {
    const cluster = clusters.find((it) => it.name === identities.named(identity));
    return cluster ? { cluster, restoring: cluster.restoring } : null;
  };
  const operating = createOperating({
    ...deps,
    reach,
    allowed: deps.stillMay,
    moved: bell.ring,
    noted: (of) => log.info(of, "operation"),
    failed: (err, of) => log.warn({ err, ...of }, "no certain answer from the cluster"),
  });

  const environmentOf = (name: string) => environments.find((it) => it.name === name);
  const planForMs = (environment: string) => environmentOf(environment)?.rollback?.planForMs ?? 0;
  const announceIn = (environment: string, service: string) => {
    const announce = environmentOf(environment)?.announce ?? null;
    return announce && (announce.services.get(service) ?? announce.channel);
  };

  return {
    wishing: createWishing({ ...deps, reach, planForMs, moved: bell.ring }),
    teller: createOperationTeller({ ...deps, announceIn }),
    /** To be called once something was confirmed: then it need not wait for the next look. */
    ring: bell.ring,
    async run(stop: AbortSignal): Promise<void> {
      const loops = Array.from({ length: atATime }, async (_, index) =>
        keepTurning({
          name: `operate ${index + 1}`,
          turn: operating.turn,
          idleMs: 250,
          log,
          clock: bell.ear(deps.clock),
          stop,
        }),
      );
      await Promise.all(loops);
    },
  };
}
