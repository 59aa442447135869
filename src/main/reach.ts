import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Config, type Environment, wholeCluster } from "../config.ts";
import { connect, type Connection } from "../kubernetes/api/connection.ts";

/** Where the API server of the cluster is that we run in. Null: we run in none. */
type InPod = { readonly host: string; readonly port: string } | null;

type Reached = {
  readonly environments: readonly [Environment, ...Environment[]];
  readonly connections: readonly {
    readonly name: string;
    readonly namespaces: readonly string[] | null;
    readonly connection: Connection;
  }[];
};

/** One connection for each cluster that any environment names, for all the namespaces that any of them wants there. */
export async function reach(config: Config, pod: InPod): Promise<Reached> {
  const kubeconfig = config.kubeconfig ?? usersKubeconfig();
  const [first, ...more] = config.environments ?? [];
  if (!first) {
    const connection = await connect({ kubeconfig, context: null, pod });
    const name = connection.context;
    return { environments: [wholeCluster(name)], connections: [{ name, namespaces: null, connection }] };
  }
  const places = Map.groupBy(
    [first, ...more].flatMap((it) => it.places),
    (it) => it.cluster,
  );
  const connecting = Array.from(places, async ([name, all]) => ({
    name,
    namespaces: all.some((it) => it.namespaces === null)
      ? null
      : [...new Set(all.flatMap((it) => it.namespaces ?? []))],
    connection: await connect({ kubeconfig, context: all[0]?.context ?? null, pod }),
  }));
  return { environments: [first, ...more], connections: await Promise.all(connecting) };
}

/** As kubectl looks for it. In a pod there is none, and the service account is used. */
function usersKubeconfig(): string | null {
  const path = join(homedir(), ".kube", "config");
  return existsSync(path) ? path : null;
}
