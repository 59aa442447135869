import { alice, bob, deploys, incident } from "../desk/workspace.ts";
import { places } from "./scenario.ts";

/** The bot's configuration file. Nobody waits ten minutes in front of a demo, so its times are short. */
export function configuration({ registry }: { readonly registry: string }): object {
  const environments = places.map(({ environment, aliases, cluster, namespaces }) => [
    environment,
    { aliases, places: [{ cluster, namespaces }], ...(environment === "prod" ? followed : {}) },
  ]);
  return {
    default: places[0]?.environment,
    environments: Object.fromEntries(environments),
    incidents: { channels: [incident.id] },
    // What is not ours is made up too: nobody outside is asked about it.
    registries: { [registry]: { plainHttp: true, private: true }, "docker.io": { ask: false } },
    people: { "alice@example.org": alice.id, "bob@example.org": bob.id },
  };
}

const followed = {
  announce: deploys.id,
  rollback: { allow: { users: [bob.id] }, healthyFor: "1s", soak: "3s" },
};
