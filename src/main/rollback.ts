import type { Environment } from "../config.ts";
import type { Aliases } from "../core/image/identity.ts";
import type { ImageLearnt } from "../core/plan/pin.ts";
import type { View } from "../core/view.ts";
import { createAuthorizing } from "../flows/decide/authority.ts";
import { createDeciding } from "../flows/decide.ts";
import type { Identities } from "../flows/learn/identify.ts";
import { createPlanning } from "../flows/plan.ts";
import type { AskImage } from "../flows/plan/survey.ts";
import { createLedger } from "../flows/recall/ledger.ts";
import type { Recording } from "../flows/record.ts";
import type { Serving } from "../flows/resolve/served.ts";
import type { Authorize } from "../flows/wish.ts";
import type { Log } from "../log.ts";
import type { Clock, Cluster, Store } from "../ports.ts";
import type { Restoring, Surveying } from "../ports/rollback.ts";
import { createModals } from "../slack/modals.ts";
import { createStanding } from "../slack/people/standing.ts";
import { authorityWords } from "../views/plan/refused.ts";

type Deps = {
  readonly settings: { readonly botToken: string; readonly apiUrl: string | null };
  readonly environments: readonly Environment[];
  readonly clusters: readonly (Pick<Cluster, "name" | "look"> & {
    readonly restoring: Restoring;
    readonly surveying: Surveying;
  })[];
  readonly view: View;
  readonly store: Store;
  readonly identities: Identities;
  readonly recording: Pick<Recording, "claimsOf">;
  readonly serving: Serving;
  readonly aliases: Aliases;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
};

/** From the button to what is confirmed. */
export function createRollback(deps: Deps) {
  const { environments, clusters, recording, serving } = deps;
  const rulesOf = (name: string) => environments.find((it) => it.name === name)?.rollback ?? null;
  const authorizing = createAuthorizing({ standing: createStanding(deps), rulesOf });
  const shared = { ...deps, ...authorizing, rulesOf };
  const planning = createPlanning({
    ...shared,
    modals: createModals(deps),
    ledger: createLedger(deps),
    hands: (cluster) => {
      const found = clusters.find((it) => it.name === cluster);
      return found ? { ...found.restoring, ...found.surveying, look: found.look } : null;
    },
    askImage: askImageOf(serving),
    migrationsOf: async (digest) => {
      const { claims } = await recording.claimsOf(digest);
      return claims.flatMap((it) => (it.migration === null ? [] : { digest, migration: it.migration }));
    },
  });
  const authorize: Authorize = async (environment, person, stop) => {
    const authority = await authorizing.mayRollBack(person.id, environment, stop);
    if (authority.kind === "allowed") return authority;
    return { kind: "refused", because: `Not for you: ${authorityWords(authority)}` };
  };
  return { ...planning, ...createDeciding(shared), authorize, stillMay: authorizing.stillMay };
}

function askImageOf({ served, tagNow }: Serving): AskImage {
  return async (image, digest, stop): Promise<ImageLearnt> => {
    const [registry, tag] = await Promise.all([
      served(image, digest, stop),
      image.tag === null || image.digest !== null
        ? ({ kind: "known", value: null } as const)
        : tagNow(image, image.tag, stop, digest),
    ]);
    return { registry, tagNow: tag };
  };
}
