/** Where an environment's deploys are announced: in one channel, but for the services that have their own. */
export type Announce = { readonly channel: string; readonly services: ReadonlyMap<string, string> };

/** One channel that hears of a release, and as a deploy to which environments. */
export type Route = { readonly channel: string; readonly environments: readonly [string, ...string[]] };

type Announced = { readonly name: string; readonly announce: Announce | null };

/**
 * Every channel that hears of a release of `service`. Environments that share a workload and a channel hear of it once;
 * those that announce nothing are left out. `within`: the names of the environments that the workload is part of.
 */
export function routesOf(
  service: string,
  within: readonly string[],
  environments: readonly Announced[],
): readonly Route[] {
  const heard = environments.flatMap(({ name, announce }) => {
    if (announce === null || !within.includes(name)) return [];
    return [{ name, channel: announce.services.get(service) ?? announce.channel }];
  });
  return [...new Set(heard.map((it) => it.channel))].flatMap((channel) => {
    const [first, ...more] = heard.filter((it) => it.channel === channel).map((it) => it.name);
    return first === undefined ? [] : [{ channel, environments: [first, ...more] as const }];
  });
}
