import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Live } from "../../src/core/operation/live.ts";
import type { Patch } from "../../src/core/operation/step.ts";
import { parseExactly } from "../../src/kubernetes/bytes/exact.ts";
import type { WholeCluster } from "../../src/kubernetes/cluster.ts";
import type { Target } from "../../src/ports/rollback.ts";
import { type Client, createClient } from "../contract/kubernetes/client.ts";
import { openCluster } from "../kubernetes/restore/opening.ts";
import { createAccounts } from "./account.ts";
import { allowed, container, containers, elsewhere, refused } from "./policy-tries.ts";

/** The account of deploy/, with the right to roll back in one namespace: what it may do there, and what it may not. */

const run = Math.random().toString(36).slice(2, 8);
const shop = `shop-${run}`;
const closed = `closed-${run}`;
const kinds = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets" } as const;
const patient = { timeout: 15_000, interval: 100 };
const { signal: never } = new AbortController();

let accounts: Awaited<ReturnType<typeof createAccounts>>;
let bot: Client;
let cluster: WholeCluster;
let folder: string;

beforeAll(async () => {
  accounts = await createAccounts();
  folder = await mkdtemp(join(tmpdir(), "policy-"));
  for (const name of [shop, closed]) await must("POST", "/api/v1/namespaces", { metadata: { name } });
  const account = await accounts.grant(["deploy/rbac.yaml", "deploy/rollback.yaml"]);
  await accounts.bind(account, shop, "rollback");
  await accounts.bind(account, shop, "unstick");
  bot = createClient(account.kubeconfig);
  await writeFile(join(folder, "config"), account.kubeconfig);
  cluster = await openCluster(join(folder, "config"));

  for (const namespace of [shop, closed])
    await must("POST", at("deployments", "", namespace), workload("Deployment", "web"));
  for (const kind of ["StatefulSet", "DaemonSet"] as const)
    await must("POST", at(kinds[kind], ""), workload(kind, "web"));
  // a policy is in force a moment after it was made
  await until(async () => (await change("deployments", { spec: { replicas: 3 } }, "?dryRun=All")).status === 403);
  const pod = `/api/v1/namespaces/${shop}/pods/web-0`;
  await until(async () => (await accounts.admin.request("GET", pod)).status === 200);
});
afterAll(async () => {
  await cluster.close();
  for (const name of [shop, closed]) await accounts.admin.request("DELETE", `/api/v1/namespaces/${name}`);
  await accounts.close();
  await rm(folder, { recursive: true });
});

describe("what a rollback needs", () => {
  test.each(["Deployment", "StatefulSet", "DaemonSet"] as const)(
    "is allowed for a %s, from the checks to the trace",
    async (kind) => {
      const { restoring, surveying } = cluster;
      const of = { namespace: shop, kind, name: "web" };
      expect(await surveying.permissions(of, never)).toEqual({
        kind: "known",
        value: { patch: true, deletePods: true, createEvents: true },
      });
      await restoring.revisions(of, never);
      const patch = patchOf(await read(of), "op-1");
      const rehearsal = await restoring.rehearse(of, patch, never);
      expect(rehearsal).toMatchObject({ kind: "accepted" });
      expect(await restoring.patch(of, patch, never)).toMatchObject({ kind: "applied", live: { fence: "op-1" } });
      const voiding = { ...patchOf(await read(of), "op-2"), fence: "void:op-2", change: null };
      expect(await restoring.patch(of, voiding, never)).toMatchObject({
        kind: "applied",
        live: { fence: "void:op-2" },
      });
      const event = {
        name: `op-1-${kind}`,
        type: "Normal",
        reason: "RolledBack",
        message: "It.",
        at: Date.now(),
      } as const;
      await restoring.leaveEvent(of, event, never);
    },
  );

  test("is allowed for a pod that holds up a StatefulSet, and for no other", async () => {
    const pod = { metadata: { name: "alone" }, spec: { containers: [{ name: "main", image: "ghcr.io/shop/web:1" }] } };
    await must("POST", `/api/v1/namespaces/${shop}/pods`, pod);
    const { restoring } = cluster;
    expect(await restoring.deletePod(shop, { name: "alone", uid: await uidOf("alone") }, never)).toBe("refused");
    expect(await restoring.deletePod(shop, { name: "web-0", uid: await uidOf("web-0") }, never)).toBe("done");
  });

  test("can be surveyed, but for Secrets", async () => {
    const { surveying } = cluster;
    const of = { namespace: shop, kind: "Deployment", name: "web" } as const;
    const wanted = (["ConfigMap", "ServiceAccount", "PersistentVolumeClaim", "PriorityClass", "Secret"] as const).map(
      (kind) => ({ kind, name: "nobody", optional: false }),
    );
    const found = await surveying.references(shop, wanted, never);
    expect(found.map((it) => it.is)).toEqual([
      ...Array.from({ length: 4 }, () => ({ kind: "known", value: "missing" })),
      { kind: "refused", because: `we are not allowed to get secrets in namespace ${shop} (403)` },
    ]);
    const all = await Promise.all([
      surveying.owners(of, never),
      surveying.architectures(never),
      surveying.scaling(of, never),
      surveying.quotas(shop, never),
      surveying.jobs(shop, 0, never),
    ]);
    expect(all.map((it) => it.kind)).toEqual(["known", "known", "known", "known", "known"]);
    expect(await surveying.argo("shop", never)).toMatchObject({ kind: "no answer" });
  });

  test("is not given where nobody said so", async () => {
    const of = { namespace: closed, kind: "Deployment", name: "web" } as const;
    expect(await cluster.surveying.permissions(of, never)).toMatchObject({
      value: { patch: false, createEvents: false },
    });
    const answer = await cluster.restoring.patch(of, patchOf(await read(of), "op-1"), never);
    expect(answer).toMatchObject({ kind: "forbidden", message: expect.stringContaining("cannot patch resource") });
  });
});

describe("what may change of a workload", () => {
  test.each(allowed)("allowed: %s", async (_, body) => {
    const reply = await change("deployments", body, "?dryRun=All");
    expect(reply.status, reply.text).toBe(200);
  });

  test.each(refused)("refused: %s (%s)", async (_, because, body) => {
    for (const query of ["?dryRun=All", ""]) {
      const reply = await change("deployments", body, query);
      expect(reply, reply.text).toMatchObject({ status: 403 });
      expect(reply.text).toContain(`denied request: ${because}`);
    }
  });

  test.each(["statefulsets", "daemonsets"])("of %s it is the same", async (plural) => {
    expect(
      (await change(plural, containers({ ...container, image: "ghcr.io/shop/web:9" }), "?dryRun=All")).status,
    ).toBe(200);
    expect((await change(plural, containers({ ...container, image: "ghcr.io/evil/miner:1" }))).status).toBe(403);
    expect((await change(plural, { spec: { minReadySeconds: 5 } })).status).toBe(403);
    expect((await change(plural, { metadata: { labels: { a: "b" } } })).status).toBe(403);
  });
});

describe("what else may not be done", () => {
  test.each(elsewhere)("%s of %s", async (method, path) => {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const place = path.replace(/namespaces.(shop|closed)/, `$&-${run}`);
    const sent = method === "GET" || method === "DELETE" ? {} : { body: {}, type };
    const reply = await bot.request(method, place, sent);
    expect(reply.status, reply.text).toBe(403);
  });
});

function at(plural: string, name: string, namespace = shop): string {
  return `/apis/apps/v1/namespaces/${namespace}/${plural}${name === "" ? "" : `/${name}`}`;
}

function workload(kind: keyof typeof kinds, name: string): object {
  const annotations = {
    "somebody.else/key": "kept",
    "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web",
    "actions.github.com/k8s-deploy": "{}",
  };
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "main", image: "ghcr.io/shop/web:1" }] },
  };
  const spec = { selector: { matchLabels: { app: name } }, template };
  const labels = { "app.kubernetes.io/name": name };
  return { metadata: { name, annotations, labels }, spec: kind === "DaemonSet" ? spec : { replicas: 1, ...spec } };
}

async function must(method: string, path: string, body: object): Promise<void> {
  const reply = await accounts.admin.request(method, path, { body });
  if (reply.status >= 300) throw new Error(reply.text);
}

async function change(plural: string, body: object, query = "") {
  return bot.request("PATCH", `${at(plural, "web")}${query}`, { body, type: "application/merge-patch+json" });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => {
    if (!(await isSo())) throw new Error("it is not so yet");
  }, patient);
}

async function uidOf(name: string): Promise<string> {
  const path = `/api/v1/namespaces/${shop}/pods/${name}`;
  return vi.waitFor(async () => {
    const { json } = await accounts.admin.request("GET", path);
    const { uid } = Object(Object(json).metadata);
    if (typeof uid !== "string") throw new Error(`there is no pod ${name} yet`);
    return uid;
  }, patient);
}

async function read(of: Target): Promise<Live> {
  const live = await cluster.restoring.live(of, never);
  if (live === "gone") throw new Error("it is gone");
  return live;
}

/** To an older tag. */
function patchOf(seen: Live, operation: string): Patch {
  const json = parseExactly(JSON.stringify(seen.template.json).replace("web:1", "web:0"));
  const template = { hash: "", json };
  const notes = { "whatsrunning.dev/commit": "c0", "actions.github.com/k8s-deploy": null };
  return { operation, seen, fence: operation, change: { template, cause: "because", notes } };
}
