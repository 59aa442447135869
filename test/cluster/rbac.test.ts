import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createView } from "../../src/core/view.ts";
import { createCluster } from "../../src/kubernetes/cluster.ts";
import { connect } from "../../src/kubernetes/api/connection.ts";
import { type Client, createClient } from "../contract/kubernetes/client.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import { createWorld } from "../stories/world.ts";
import { createAccounts } from "./account.ts";
import { real } from "./real.ts";

let accounts: Awaited<ReturnType<typeof createAccounts>>;
let folder: string;
let admin: Client;
let bot: Client;
let kubeconfig: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whatsrunning-"));
  accounts = await createAccounts();
  admin = accounts.admin;
  const account = await grant((text) => text);
  kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, account);
  bot = createClient(account);
});
afterAll(async () => {
  await accounts.close();
  await rm(folder, { recursive: true });
});

async function grant(edit: (manifests: string) => string): Promise<string> {
  return (await accounts.grant(["deploy/rbac.yaml"], edit)).kubeconfig;
}

describe("the account of deploy/rbac.yaml", () => {
  test("is enough to follow a cluster", async () => {
    const connection = await connect({ kubeconfig, context: null });
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const cluster = createCluster({
      name: "prod-eu",
      connection,
      namespaces: null,
      version: "0",
      clock: systemClock,
      random: Math.random,
      log,
    });
    const view = createView();
    const stop = new AbortController();
    const watching = cluster.watch(view.apply, stop.signal);
    await vi.waitFor(() => expect(view.freshness("prod-eu", null).state).toBe("live"), { timeout: 10_000 });
    await vi.waitFor(() => expect(view.configsKnown("prod-eu", "default")).toBe(true), { timeout: 10_000 });
    const { json } = await admin.request("GET", "/api/v1/namespaces/kube-system");
    expect(json).toMatchObject({ metadata: { uid: await cluster.identity(stop.signal) } });
    stop.abort();
    await watching;
    await cluster.close();
  });

  test.each([
    ["GET", "/api/v1/secrets"],
    ["GET", "/api/v1/namespaces/default/configmaps/kube-root-ca.crt"],
    ["GET", "/api/v1/nodes"],
    ["GET", "/api/v1/namespaces"],
    ["GET", "/api/v1/namespaces/default"],
    ["GET", "/api/v1/namespaces/kube-system/pods/x/log"],
    ["GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles"],
    ["POST", "/api/v1/namespaces/default/pods"],
    ["POST", "/api/v1/namespaces/default/pods/x/exec"],
    ["POST", "/apis/apps/v1/namespaces/default/deployments"],
    ["PATCH", "/apis/apps/v1/namespaces/default/deployments/x"],
    ["PATCH", "/apis/apps/v1/namespaces/default/deployments/x/scale"],
    ["DELETE", "/apis/apps/v1/namespaces/default/deployments/x"],
    ["DELETE", "/api/v1/namespaces/default/pods/x"],
  ])("may not %s %s", async (method, path) => {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const reply = await bot.request(method, path, method === "GET" || method === "DELETE" ? {} : { body: {}, type });
    expect(reply.status).toBe(403);
  });
});

function withoutThem(manifests: string): string {
  return manifests.replace("deployments, statefulsets, daemonsets,", "deployments,");
}

describe("an account that may not read StatefulSets and DaemonSets", { timeout: 60_000 }, () => {
  test("is enough for the rest: the bot is ready, says what it leaves out, and writes its history", async () => {
    const world = await createWorld({ cluster: await real(), mode: "http", account: await grant(withoutThem) });
    try {
      const { shop } = world.namespaces;
      await world.create(`/apis/apps/v1/namespaces/${shop}/deployments`, manifest({ name: "checkout" }));
      const ready = await fetch(`http://127.0.0.1:${world.bot.port}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([
        200,
        {
          ready: true,
          missing: [],
          troubles: [
            "we may not read StatefulSets of cluster prod-eu",
            "we may not read DaemonSets of cluster prod-eu",
          ],
        },
      ]);
      expect((await world.askUntil("checkout", /checkout/)).text).not.toMatch(/Not read|may not/);
      expect((await world.ask("prod")).text).toMatch(/we may not read StatefulSets and DaemonSets of prod-eu/);
      await world.askUntil("history checkout", /1 release/);
    } finally {
      await world.close();
    }
  });
});
