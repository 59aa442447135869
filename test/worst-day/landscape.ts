import { readFile, rename, writeFile } from "node:fs/promises";
import { expect, vi } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { createClient } from "../contract/kubernetes/client.ts";
import { recordTruth } from "./truth.ts";
import { imageOf, type ServiceName, services, workloadOf } from "./workloads.ts";

const Kubeconfig = z.object({
  "current-context": z.string(),
  clusters: z.array(z.object({ name: z.string(), cluster: z.record(z.string(), z.unknown()) })),
  contexts: z.array(z.object({ name: z.string(), context: z.looseObject({ cluster: z.string() }) })),
});
const Role = z.looseObject({
  kind: z.string(),
  rules: z.array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()) })).optional(),
});

type Options = {
  /** How the bot calls it. */
  readonly name: string;
  readonly kubeconfig: string;
  readonly run: string;
  readonly folder: string;
};

export type Landscape = Awaited<ReturnType<typeof createLandscape>>;

/** Three services in a cluster, and the bot's own account there, with the rights that we tell people to give it. */
export async function createLandscape({ name, kubeconfig, run, folder }: Options) {
  const client = createClient(kubeconfig);
  const [namespace, account] = [`shop-${run}`, `whatsrunning-${run}`];
  const documents = await rbac(account);
  const path = `${folder}/kubeconfig-${name}`;
  const version: Record<ServiceName, number> = { web: 0, db: 0, agent: 0 };

  await create("/api/v1/namespaces", { metadata: { name: namespace } });
  for (const it of documents) await create(collectionOf(it), it);
  for (const it of services) {
    await create(`/apis/apps/v1/namespaces/${namespace}/${it.plural}`, workloadOf(it, imageOf(it.name, 0)));
  }
  await renewToken();
  const truth = recordTruth(client, namespace);

  async function create(at: string, body: unknown): Promise<void> {
    const reply = await client.request("POST", at, { body });
    expect(reply.status, reply.text).toBe(201);
  }

  /** Writes a fresh token to the kubeconfig that the bot reads, as whatever renews tokens does. */
  async function renewToken(): Promise<void> {
    const at = `/api/v1/namespaces/${account}/serviceaccounts/${account}/token`;
    const reply = await client.request("POST", at, { body: { spec: { expirationSeconds: 3_600 } } });
    expect(reply.status, reply.text).toBe(201);
    const { token } = z.object({ status: z.object({ token: z.string() }) }).parse(reply.json).status;
    await writeFile(`${path}.new`, kubeconfigWith(kubeconfig, { name, token }), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  /** Tokens of an account that was made anew are of no use: they carry the uid of the old one. */
  async function revokeToken(): Promise<void> {
    const at = `/api/v1/namespaces/${account}/serviceaccounts`;
    expect((await client.request("DELETE", `${at}/${account}`)).status).toBe(200);
    await create(at, { metadata: { name: account } });
  }

  /** All that we tell people to allow, but one kind; null: all of it. */
  async function allow(without: string | null): Promise<void> {
    const role = documents.map((it) => Role.parse(it)).find((it) => it.kind === "ClusterRole");
    const rules = role?.rules?.map((it) => ({
      ...it,
      verbs: ["get", "list", "watch"],
      resources: it.resources.filter((one) => one !== without),
    }));
    const reply = await client.request("PATCH", `/apis/rbac.authorization.k8s.io/v1/clusterroles/${account}-reader`, {
      body: { rules },
      type: "application/merge-patch+json",
    });
    expect(reply.status, reply.text).toBe(200);
  }

  /** Every service gets a new image. */
  async function deploy(): Promise<void> {
    for (const { name: service, plural } of services) {
      const image = imageOf(service, version[service] + 1);
      const reply = await client.request("PATCH", `/apis/apps/v1/namespaces/${namespace}/${plural}/${service}`, {
        body: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }],
        type: "application/json-patch+json",
      });
      if (reply.status !== 200) throw new Error(`could not deploy ${image}: ${reply.status} ${reply.text}`);
      version[service] += 1;
    }
  }

  /** Tries until a server that comes back takes it. */
  async function deploySoon(withinMs: number): Promise<void> {
    await vi.waitFor(deploy, { timeout: withinMs, interval: 100 });
  }

  async function ready(): Promise<void> {
    expect((await client.request("GET", "/readyz")).status).toBe(200);
  }

  async function answers(withinMs: number): Promise<void> {
    await vi.waitFor(ready, { timeout: withinMs, interval: 100 });
  }

  return {
    name,
    namespace,
    path,
    truth,
    renewToken,
    revokeToken,
    allow,
    deploy,
    deploySoon,
    answers,
    async close(): Promise<void> {
      await truth.stop();
      await answers(60_000);
      for (const it of [...documents, { kind: "Namespace", metadata: { name: namespace } }].toReversed()) {
        await client.request("DELETE", `${collectionOf(it)}/${nameOf(it)}`);
      }
    },
  };
}

/** deploy/rbac.yaml, under a name of this run's own. */
async function rbac(account: string): Promise<readonly unknown[]> {
  const text = await readFile("deploy/rbac.yaml", "utf8");
  const renamed = text.replaceAll(/\b(name|namespace): whatsrunning\b/g, (_, key: string) => `${key}: ${account}`);
  return parseAllDocuments(renamed).map((it): unknown => it.toJS());
}

const Named = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});
const collections: Readonly<Record<string, string>> = {
  Namespace: "/api/v1/namespaces",
  ClusterRole: "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  ClusterRoleBinding: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
};

function collectionOf(document: unknown): string {
  const { kind, metadata } = Named.parse(document);
  if (kind === "ServiceAccount") return `/api/v1/namespaces/${metadata.namespace ?? ""}/serviceaccounts`;
  const collection = collections[kind];
  if (collection === undefined) throw new Error(`this story does not know where a ${kind} lives`);
  return collection;
}

function nameOf(document: unknown): string {
  return Named.parse(document).metadata.name;
}

/** The same server, under the bot's name for it, and let in by a token alone. */
function kubeconfigWith(admin: string, { name, token }: { readonly name: string; readonly token: string }): string {
  const config = Kubeconfig.parse(parse(admin));
  const current = config.contexts.find((it) => it.name === config["current-context"])?.context.cluster;
  const cluster = config.clusters.find((it) => it.name === current)?.cluster;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}
