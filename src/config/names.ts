import { z } from "zod";
import { nearest } from "../core/question/near.ts";

/** What only shows when several places of the config file are looked at together: names, clusters, the default. */

export type Fault = { readonly path: readonly PropertyKey[]; readonly why: string };

const nothing = { aliases: [], places: [] };

/**
 * The part of the file that this is about, read from whatever was written: what is wrong in one corner of the file must
 * not keep quiet what is wrong in another.
 */
const outline = z
  .object({
    default: z.string().optional().catch(undefined),
    environments: z
      .record(
        z.string(),
        z
          .object({
            aliases: z.array(z.string().nullable().catch(null)).catch([]),
            places: z
              .array(z.object({ cluster: z.string(), context: z.string().nullish() }).nullable().catch(null))
              .catch([]),
          })
          .catch(nothing),
      )
      .catch({}),
  })
  .catch({ environments: {} });
type Environments = z.output<typeof outline>["environments"];

export function faultsAcross(written: unknown): readonly Fault[] {
  const { environments, default: wanted } = outline.parse(written);
  return [
    ...nameFaults(environments),
    ...placeFaults(environments),
    ...defaultFaults(wanted, Object.keys(environments)),
  ];
}

/** Words that begin a command, or mean something in one. */
const commands = ["help", "history", "where", "diff", "changes", "rollback", "rollbacks", "holds", "at"];

function nameFaults(environments: Environments): readonly Fault[] {
  const path = ["environments"];
  const names = Object.keys(environments).map((name) => ({
    name,
    owner: name,
    path: [...path, name] as Fault["path"],
  }));
  for (const [owner, { aliases }] of Object.entries(environments)) {
    for (const [at, name] of aliases.entries()) {
      if (name !== null) names.push({ name, owner, path: [...path, owner, "aliases", at] });
    }
  }
  const reserved = names.filter(({ name }) => commands.includes(name));
  const again = [...Map.groupBy(names, ({ name }) => name).values()].flatMap(([first, ...others]) =>
    others.map((it) => ({ path: it.path, why: `is already a name of the environment ${first?.owner}` })),
  );
  return [
    ...reserved.map(({ path: at, name }) => ({ path: at, why: `must not be ${name}, which is a command` })),
    ...again,
  ];
}

function placeFaults(environments: Environments): readonly Fault[] {
  const places = Object.entries(environments).flatMap(([environment, { places: written }]) =>
    written.flatMap((place, at) => {
      const path: Fault["path"] = ["environments", environment, "places", at];
      return place ? [{ path, environment, cluster: place.cluster, context: contextOf(place) }] : [];
    }),
  );
  return [...Map.groupBy(places, ({ cluster }) => cluster).values()].flatMap(([first, ...others]) => {
    const contexts = others.filter((it) => it.context !== first?.context);
    const seen = new Set([first?.environment]);
    const again = others.filter(({ environment }) => seen.size === seen.add(environment).size);
    return [
      ...contexts.map(({ path, cluster, context }) => ({
        path,
        why: `gives ${cluster} the context ${context}, but further up it has ${first?.context}: one cluster, one context`,
      })),
      ...again.map(({ path, cluster }) => ({ path, why: `names ${cluster} again: list its namespaces in one place` })),
    ];
  });
}

/** Without `context`, the kubeconfig's context has the cluster's name. */
function contextOf({ cluster, context }: { readonly cluster: string; readonly context?: string | null | undefined }) {
  return context === undefined ? cluster : context;
}

function defaultFaults(wanted: string | undefined, names: readonly string[]): readonly Fault[] {
  const path = ["default"];
  const [first = onlyEnvironment, ...others] = names;
  if (wanted !== undefined) {
    const known = [first, ...others];
    return known.includes(wanted) ? [] : [{ path, why: `must be one of the environments: ${meant(wanted, known)}` }];
  }
  return others.length === 0 ? [] : [{ path, why: `is missing: it must be one of the environments, e.g. ${first}` }];
}

/** What the environment is called where the file names none. */
export const onlyEnvironment = "prod";

/** "did you mean …?" when something is close enough, else all there is to choose from. */
export function meant(typed: string, known: readonly string[]): string {
  const [closest] = nearest(typed.slice(0, 40), known, 1);
  return closest === undefined ? known.slice(0, 12).join(", ") : `did you mean ${closest}?`;
}
