import type { RequestOptions } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { Failure } from "./failure.ts";
import { KubeconfigError, readKubeconfig } from "./kubeconfig.ts";

/** The one file that imports client-node: it costs 60 MiB and half a second, for kubeconfigs and credential plugins only. */

type Credentials = {
  /** Changes when they were loaded anew. */
  readonly generation: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Tls;
};

export type Tls = Pick<RequestOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;

/** Where one context leads, and what lets us in there. Makes no request itself. */
export type Connection = {
  /** The context's name, or `in-cluster`. */
  readonly context: string;
  /** Its path may not be empty: some clusters stand behind a gateway. */
  readonly server: string;
  readonly proxyUrl: string | null;
  credentials(): Promise<Credentials>;
  /** Loads everything anew, unless that was done since `generation`. */
  renew(generation: number): Promise<void>;
};

type Options = {
  /** One or more files; null in a pod, which has a service account. */
  readonly kubeconfig: string | null;
  /** Null: the current context. */
  readonly context: string | null;
  readonly credentialsWithinMs?: number;
};

/** @throws KubeconfigError, with a sentence for people. */
export async function connect({ kubeconfig, context, credentialsWithinMs = 30_000 }: Options): Promise<Connection> {
  const load = async (): Promise<KubeConfig> => (kubeconfig === null ? ofPod() : ofFiles(kubeconfig, context));
  let config = await load();
  let generation = 0;
  let asking: Promise<Credentials> | null = null;
  let renewing: Promise<void> | null = null;
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new KubeconfigError("The kubeconfig leads to no cluster.");
  const { server } = cluster;
  let isMoved = false;

  /** Asked for once at a time: behind it can be a program that has to be started. */
  async function credentials(): Promise<Credentials> {
    if (isMoved) await renew(generation); // it may have been put back
    if (isMoved) throw moved();
    asking ??= within(credentialsWithinMs, ask(config, generation)).finally(() => {
      asking = null;
    });
    return asking;
  }

  async function renew(stale: number): Promise<void> {
    if (stale !== generation) return;
    renewing ??= reload().finally(() => {
      renewing = null;
    });
    await renewing;
  }

  /**
   * A kubeconfig that cannot be read just now (it is being replaced) leaves us with the one we have, its caches emptied.
   * One that leads elsewhere is another cluster: its credentials are not for this server, nor are our records of it.
   */
  async function reload(): Promise<void> {
    const next = await load().catch(() => copyOf(config));
    isMoved = next.getCurrentCluster()?.server !== server;
    if (!isMoved) config = next;
    generation += 1;
    asking = null;
  }

  return {
    context: kubeconfig === null ? "in-cluster" : config.getCurrentContext(),
    server,
    proxyUrl: cluster.proxyUrl ?? null,
    credentials,
    renew,
  };
}

function moved(): Failure {
  const sentence = "the kubeconfig has come to lead to another server: restart to follow that one";
  return new Failure({ kind: "unauthorized", sentence });
}

function ofPod(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  if (config.getCurrentCluster()?.server.includes("undefined")) {
    throw new KubeconfigError("No kubeconfig is named, and this is not a pod of a cluster.");
  }
  return config;
}

/** A KubeConfig of its own for each context: a shared one would take the credentials of whichever is current. */
async function ofFiles(files: string, wanted: string | null): Promise<KubeConfig> {
  const { cluster, user, context } = await readKubeconfig(files, wanted);
  const config = new KubeConfig();
  // client-node wants plain http to be confirmed, though there is no certificate to verify
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith("http:");
  const clusters = [{ ...cluster, skipTLSVerify }];
  config.loadFromOptions({ clusters, users: [user], contexts: [context], currentContext: context.name });
  return config;
}

function copyOf({ clusters, users, contexts, currentContext }: KubeConfig): KubeConfig {
  const copy = new KubeConfig();
  copy.loadFromOptions({ clusters, users, contexts, currentContext });
  return copy;
}

async function ask(config: KubeConfig, generation: number): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const headers = Object.entries(options.headers ?? {}).flatMap(([name, value]) =>
    typeof value === "string" ? [[name.toLowerCase(), value.trim()] as const] : [],
  );
  if (options.auth) headers.push(["authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`]);
  const tls = Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
    ([, value]) => value !== undefined,
  );
  return { generation, headers: Object.fromEntries(headers), tls: Object.fromEntries(tls) };
}

/** What a credential plugin complains of can hold secrets: only that it failed is told. */
async function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  const over = new AbortController();
  const deadline = wait(ms, null, { signal: over.signal }).then(() => {
    throw new Error("no credentials in time");
  });
  try {
    return await Promise.race([asked, deadline]);
  } catch {
    throw new Failure({ kind: "unauthorized", sentence: "the credentials for the cluster cannot be obtained" });
  } finally {
    over.abort();
    await deadline.catch(() => null);
  }
}
