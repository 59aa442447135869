import { randomUUID } from "node:crypto";
import { env } from "node:process";
import { Agent, type Dispatcher, request } from "undici";
import { beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { systemClock } from "../../src/clock.ts";
import type { Change, ClusterRecord } from "../../src/core/workload.ts";
import { createCluster } from "../../src/kubernetes/cluster.ts";
import { connect, type Connection } from "../../src/kubernetes/api/connection.ts";

/** Against the API server that KUBECONFIG names. Works in a namespace of its own, and removes it. */

const namespace = `whatsrunning-${randomUUID().slice(0, 8)}`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const names = ["cart", "checkout", "search"];
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let connection: Connection;
let agent: Agent;

beforeAll(async () => {
  const kubeconfig = env["KUBECONFIG"];
  if (!kubeconfig) throw new Error("Set KUBECONFIG to the kubeconfig of a cluster that may be written to.");
  connection = await connect({ kubeconfig, context: null });
  agent = new Agent({ connect: (await connection.credentials()).tls });
  await call("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  return async () => {
    await call("DELETE", `/api/v1/namespaces/${namespace}`);
    await agent.destroy();
  };
});

async function call(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<unknown> {
  const { headers } = await connection.credentials();
  const answer = await request(`${connection.server}${path}`, {
    dispatcher: agent,
    method,
    headers: { ...headers, "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return JSON.parse(text);
}

const deployment = (name: string): object => ({
  metadata: { name, labels: { "app.kubernetes.io/name": `${name}-service` } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: { "whatsrunning.dev/commit": "4f2a9c1" } },
      spec: {
        initContainers: [{ name: "first", image: `ghcr.io/shop/first:1` }],
        containers: [{ name, image: `ghcr.io/shop/${name}:1.4.2`, command: ["sh", "-c", "a && b < c"] }],
      },
    },
  },
});

const Listed = z.object({ items: z.array(z.object({ metadata: z.object({ uid: z.string(), name: z.string() }) })) });
async function uidsOf(path: string): Promise<readonly string[]> {
  return Listed.parse(await call("GET", path))
    .items.map((it) => it.metadata.uid)
    .toSorted();
}

/** What the changes add up to, by uid. */
function collect() {
  const known = new Map<string, ClusterRecord>();
  const changes: Change[] = [];
  const into = (change: Change): void => {
    changes.push(change);
    if (change.kind === "put") known.set(change.record.uid, change.record);
    if (change.kind === "gone") known.delete(change.uid);
  };
  const uids = (what: ClusterRecord["what"]): readonly string[] =>
    [...known.values()].flatMap((it) => (it.what === what ? it.uid : [])).toSorted();
  return { known, changes, into, uids };
}

test("what is told adds up to what the cluster holds, from creation through a rollout to deletion", async () => {
  const cluster = createCluster({
    name: "real",
    connection,
    namespaces: [namespace],
    version: "0.0.0",
    clock: systemClock,
    random: Math.random,
    log: silent,
  });
  const stopping = new AbortController();
  const { known, changes, into, uids } = collect();
  const done = cluster.watch(into, stopping.signal);
  const records = <T extends ClusterRecord["what"]>(what: T) =>
    [...known.values()].filter((it): it is Extract<ClusterRecord, { what: T }> => it.what === what);
  const settled = async (): Promise<void> => {
    expect(uids("workload")).toEqual(await uidsOf(deployments));
    expect(uids("revision")).toEqual(await uidsOf(`/apis/apps/v1/namespaces/${namespace}/replicasets`));
    expect(uids("pod")).toEqual(await uidsOf(`/api/v1/namespaces/${namespace}/pods`));
    for (const it of records("workload")) expect(it.observedGeneration).toBe(it.generation);
  };
  const patient = { timeout: 40_000, interval: 200 };

  try {
    await vi.waitFor(() => expect(changes.filter((it) => it.kind === "listed")).toHaveLength(7), patient);
    for (const name of names) await call("POST", deployments, deployment(name));
    await vi.waitFor(async () => {
      expect(records("pod")).toHaveLength(6);
      await settled();
    }, patient);

    const workloads = records("workload").toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(workloads.map((it) => it.service)).toEqual(names.map((it) => `${it}-service`));
    for (const workload of workloads) {
      const revision = records("revision").find((it) => it.owner === workload.uid);
      expect(revision?.template).toEqual(workload.template);
      expect(revision?.number).toBe(1);
      expect(workload.writers.map((it) => it.containers)).toEqual([[workload.name, "first"]]);
      expect(workload.template.notes).toEqual({ "whatsrunning.dev/commit": "4f2a9c1" });
      expect(records("pod").filter((it) => it.owner === revision?.uid)).toHaveLength(2);
    }

    const image = "ghcr.io/shop/cart:1.4.3";
    const containers = [{ name: "cart", image }];
    await call("PATCH", `${deployments}/cart`, { spec: { template: { spec: { containers } } } });
    await vi.waitFor(async () => {
      const cart = records("workload").find((it) => it.name === "cart");
      const current = records("revision").find((it) => it.owner === cart?.uid && it.number === 2);
      expect(current?.template.hash).toBe(cart?.template.hash);
      expect(cart?.template.containers[0]?.image).toBe(image);
      await settled();
    }, patient);

    await call("DELETE", `${deployments}/search`);
    await vi.waitFor(async () => {
      expect(
        records("workload")
          .map((it) => it.name)
          .toSorted(),
      ).toEqual(["cart", "checkout"]);
      await settled();
    }, patient);
    expect(changes.filter((it) => it.kind === "listed")).toHaveLength(7);
    expect(changes.filter((it) => it.kind === "lost")).toEqual([]);
  } finally {
    stopping.abort();
    await done;
    await cluster.close();
  }
});
