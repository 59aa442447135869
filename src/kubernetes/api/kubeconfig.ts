import { readFile } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** A kubeconfig we cannot or will not use. The message is a sentence for whoever wrote it. */
export class KubeconfigError extends Error {
  override name = "KubeconfigError";
}

const text = z.string().nullish();
const ClusterEntry = z.object({
  server: z.string(),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": z.boolean().nullish(),
  "tls-server-name": text,
  "proxy-url": text,
});
const UserEntry = z.looseObject({
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  exec: z.looseObject({ command: z.string() }).nullish(),
  "auth-provider": z.looseObject({ name: z.string() }).nullish(),
  as: text,
});
const ContextEntry = z.object({ cluster: z.string(), user: text });
const entries = z
  .array(z.looseObject({ name: z.string() }))
  .nullish()
  .transform((it) => it ?? []);
const Kubeconfig = z.object({ "current-context": text, clusters: entries, users: entries, contexts: entries });

type Entry = { readonly name: string; readonly folder: string; readonly [field: string]: unknown };
type Merged = {
  readonly current: string | null;
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
  readonly contexts: readonly Entry[];
};

/** One cluster, one user and one context, in a shape that client-node's KubeConfig can hold too. */
export type Chosen = ReturnType<typeof choose>;

/** Several files can be named, separated as in PATH; of entries with one name the first counts. No context: the current one. */
export async function readKubeconfig(files: string, context: string | null): Promise<Chosen> {
  const merged = await Promise.all(files.split(delimiter).filter(Boolean).map(readOne));
  const found: Merged = {
    current: merged.find((it) => it.current !== null)?.current ?? null,
    clusters: merged.flatMap((it) => it.clusters),
    users: merged.flatMap((it) => it.users),
    contexts: merged.flatMap((it) => it.contexts),
  };
  return choose(found, context);
}

async function readOne(file: string): Promise<Merged> {
  const content = await readFile(file, "utf8").catch((err: NodeJS.ErrnoException) => {
    throw new KubeconfigError(`The kubeconfig ${file} cannot be read (${err.code ?? "unknown fault"}).`);
  });
  const config = Kubeconfig.safeParse(yaml(content));
  if (!config.success) throw new KubeconfigError(`The file ${file} is not a kubeconfig.`); // its content can hold secrets
  const { clusters, users, contexts } = config.data;
  const inFolder = (it: { name: string }): Entry => ({ ...it, folder: dirname(file) });
  return {
    current: config.data["current-context"] || null,
    clusters: clusters.map(inFolder),
    users: users.map(inFolder),
    contexts: contexts.map(inFolder),
  };
}

function yaml(content: string): unknown {
  try {
    return parse(content);
  } catch {
    return null;
  }
}

function choose({ current, clusters, users, contexts }: Merged, wanted: string | null) {
  const name = wanted ?? current;
  if (name === null) throw new KubeconfigError("The kubeconfig names no current context, and none was asked for.");
  const found = contexts.find((it) => it.name === name);
  if (!found) {
    const known = contexts.map((it) => `"${it.name}"`).join(", ") || "none";
    throw new KubeconfigError(`The kubeconfig has no context "${name}"; it has ${known}.`);
  }
  const context = read(ContextEntry, found["context"], `context "${name}"`);
  const cluster = clusters.find((it) => it.name === context.cluster);
  if (!cluster)
    throw new KubeconfigError(`Context "${name}" names the cluster "${context.cluster}", which is not there.`);
  const user = users.find((it) => it.name === context.user);
  if (!user && context.user)
    throw new KubeconfigError(`Context "${name}" names the user "${context.user}", who is not there.`);
  const who = userOf(user ?? { name: "anonymous", folder: "" });
  return {
    cluster: clusterOf(cluster),
    user: who,
    context: { name, cluster: cluster.name, user: who.name },
  };
}

function clusterOf({ name, folder, cluster }: Entry) {
  const it = read(ClusterEntry, cluster, `cluster "${name}"`);
  if (!URL.canParse(it.server)) throw new KubeconfigError(`The server of cluster "${name}" is not a URL.`);
  return {
    name,
    server: it.server.replace(/\/+$/, ""),
    skipTLSVerify: it["insecure-skip-tls-verify"] === true,
    caFile: beside(folder, it["certificate-authority"]),
    caData: it["certificate-authority-data"],
    tlsServerName: it["tls-server-name"],
    proxyUrl: it["proxy-url"],
  };
}

/** client-node leaves these out without a word, and the server would then see another person than the file says. */
const unsupported = ["as-groups", "as-uid", "as-user-extra"];

function userOf({ name, folder, user }: Entry) {
  const it = read(UserEntry, user ?? {}, `user "${name}"`);
  const ignored = unsupported.find((key) => it[key] !== undefined && it[key] !== null);
  if (ignored) throw new KubeconfigError(`User "${name}" of the kubeconfig has "${ignored}", which is not supported.`);
  const tokenFile = beside(folder, it.tokenFile);
  const { exec } = it;
  return {
    name,
    certFile: beside(folder, it["client-certificate"]),
    certData: it["client-certificate-data"],
    keyFile: beside(folder, it["client-key"]),
    keyData: it["client-key-data"],
    username: it.username,
    password: it.password,
    impersonateUser: it.as || null,
    exec: exec?.command.includes("/") ? { ...exec, command: beside(folder, exec.command) } : exec,
    // a token file is read again and again, so it counts more than a token
    token: tokenFile ? null : it.token,
    tokenFile,
    authProvider: tokenFile ? null : it["auth-provider"],
  };
}

function read<T>(shape: z.ZodType<T>, entry: unknown, what: string): T {
  const result = shape.safeParse(entry);
  if (!result.success) throw new KubeconfigError(`The ${what} of the kubeconfig is not complete.`);
  return result.data;
}

/** Paths in a kubeconfig are relative to its own folder. */
function beside(folder: string, path: string | null | undefined): string | null {
  if (!path) return null;
  return isAbsolute(path) ? path : join(folder, path);
}
