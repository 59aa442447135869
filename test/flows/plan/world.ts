import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { startKubernetes } from "../../../sim/kubernetes/server.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Learnt } from "../../../src/core/check/material.ts";
import type { Authority } from "../../../src/core/plan/authority.ts";
import type { Given } from "../../../src/core/plan/draft.ts";
import type { ImageLearnt } from "../../../src/core/plan/pin.ts";
import type { MigrationClaim } from "../../../src/core/plan/said.ts";
import type { Rules } from "../../../src/core/plan/rules.ts";
import type { Wanted } from "../../../src/core/plan/wanted.ts";
import { createView } from "../../../src/core/view.ts";
import { createDeciding } from "../../../src/flows/decide.ts";
import { createObserving } from "../../../src/flows/observe.ts";
import { createPlanning } from "../../../src/flows/plan.ts";
import { createDrawing } from "../../../src/flows/plan/draw.ts";
import { createLedger } from "../../../src/flows/recall/ledger.ts";
import type { Store } from "../../../src/ports.ts";
import type { Modals } from "../../../src/ports/modals.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { createClient } from "../../contract/kubernetes/client.ts";
import { jsonPatch, manifest } from "../../contract/kubernetes/place.ts";
import { noAliases } from "../../core/given.ts";
import { openCluster } from "../../kubernetes/restore/opening.ts";

const bob = { id: "U01BOB", name: "bob" };
const place = { cluster: "prod-eu", namespaces: ["shop"] };
const deployments = "/apis/apps/v1/namespaces/shop/deployments";

export const rules: Rules = {
  allow: { users: [bob.id], groups: [] },
  approvals: 0,
  override: [],
  confirm: "click",
  healthyForMs: 30_000,
  soakMs: 1_000,
  planForMs: 600_000,
};

export const served: ImageLearnt = {
  registry: { kind: "known", value: { served: true, architectures: ["amd64", "arm64"] } },
  tagNow: { kind: "known", value: null },
};

type Changing = {
  rules: Rules | null;
  authority: Authority;
  image: ImageLearnt;
  migrations: readonly MigrationClaim[];
  /** Whether the store says so of itself. */
  durable: boolean;
  /** What happens once the store has written, before it says so. */
  written: () => void;
};

/** A cluster, a ledger that follows it, and a bot that draws up plans: all real but for Slack and the registry. */
export async function createWorld() {
  let later = 0;
  const now = () => systemClock.now() + later; // timestamps of Kubernetes have whole seconds: each release lasts a minute
  const server = await startKubernetes({ context: "prod-eu", namespaces: ["shop"], architectures: ["amd64"], now });
  const folder = await mkdtemp(join(tmpdir(), "planning-"));
  const client = createClient(server.kubeconfig);
  const clock = { ...systemClock, now };
  const file = createSqliteStore({ path: join(folder, "state.db"), clock });
  let ids = 0;
  const newId = () => `id-${(ids += 1)}`;
  const changing: Changing = {
    rules,
    authority: { kind: "allowed" },
    image: served,
    migrations: [],
    durable: true,
    written: () => {},
  };
  const store: Store = {
    ...file,
    commit: async (change) => {
      const outcome = await file.commit(change);
      changing.written();
      return outcome;
    },
    durability: async (of) =>
      changing.durable ? file.durability(of) : { durable: false, because: ["set appendonly yes"] },
  };

  const view = createView({ touched: (it) => observing.touched(it) });
  await writeFile(join(folder, "config"), server.kubeconfig);
  const cluster = await openCluster(join(folder, "config"));
  const stopping = new AbortController();
  const watching = cluster.watch(view.apply, stopping.signal);
  const identity = await cluster.identity(AbortSignal.timeout(5_000));
  const identities = { of: () => identity, named: () => "prod-eu", missing: () => [] };
  const shared = { view, store, identities, aliases: noAliases, clock, newId };
  const observing = createObserving({ ...shared, place });
  const environments = [{ name: "prod", aliases: [], places: [place] }];
  const deps = { ...shared, environments, rulesOf: () => changing.rules, mayRollBack: async () => changing.authority };
  const { restoring, surveying } = cluster;
  const drawing = {
    ...deps,
    ledger: createLedger(deps),
    hands: () => ({ ...restoring, ...surveying, look: cluster.look }),
    askImage: async () => changing.image,
    migrationsOf: async () => changing.migrations,
  };
  const draw = createDrawing(drawing);
  const deciding = createDeciding(deps);
  const { confirm } = deciding;

  /** Until the ledger has this image in force, and healthy where it can be. */
  async function recorded(image: string, state: string): Promise<void> {
    await settled("checkout", "Deployment", image, state);
  }

  async function settled(
    name: string,
    kind: "Deployment" | "StatefulSet",
    image: string,
    state: string,
  ): Promise<void> {
    await vi.waitFor(
      async () => {
        while ((await observing.turn(AbortSignal.timeout(5_000))) === "worked");
        const [workload] = view.find(name, [place]);
        expect(workload?.template.containers[0]?.image).toBe(image);
        const of = { cluster: identity, namespace: "shop", kind, name } as const;
        const [current] = await createLedger(deps).before(of, null, 1);
        expect([current?.containers[0]?.image, current?.outcome.state]).toEqual([image, state]);
      },
      { timeout: 8_000, interval: 30 },
    );
    later += 60_000;
  }

  async function request(method: string, path: string, body: unknown, type = "application/json"): Promise<void> {
    const reply = await client.request(method, path, { body, type });
    expect(reply.status, reply.text).toBeLessThan(300);
  }

  return {
    changing,
    view,
    store,
    wait: (ms: number) => void (later += ms),
    request,
    deciding,
    planning: (modals: Modals) => createPlanning({ ...drawing, modals }),
    recorded,
    async deploy(image: string, pod: Readonly<Record<string, unknown>> = {}, state = "healthy"): Promise<void> {
      await request("POST", deployments, manifest({ name: "checkout", image, replicas: 2, pod }));
      await recorded(image, state);
    },
    /** A StatefulSet, and a second template of it that does not start. */
    async stateful(): Promise<void> {
      const path = "/apis/apps/v1/namespaces/shop/statefulsets";
      const body = manifest({ name: "ledger", image: "ghcr.io/shop/ledger:1", replicas: 2 });
      await request("POST", path, { ...body, kind: "StatefulSet", spec: { ...body.spec, serviceName: "ledger" } });
      await settled("ledger", "StatefulSet", "ghcr.io/shop/ledger:1", "healthy");
      const bad = "ghcr.io/shop/ledger:2-crash";
      const operation = { op: "replace", path: "/spec/template/spec/containers/0/image", value: bad };
      await request("PATCH", `${path}/ledger`, [operation], jsonPatch);
      await settled("ledger", "StatefulSet", bad, "failed");
    },
    /** Another workload that people call checkout. */
    async second(image: string): Promise<void> {
      const labels = { "app.kubernetes.io/name": "checkout" };
      await request("POST", deployments, manifest({ name: "checkout-worker", image, replicas: 1, labels }));
      await vi.waitFor(() => expect(view.find("checkout", [place])).toHaveLength(2), { timeout: 5_000, interval: 30 });
    },
    async release(image: string, state = "healthy"): Promise<void> {
      const operation = { op: "replace", path: "/spec/template/spec/containers/0/image", value: image };
      await request("PATCH", `${deployments}/checkout`, [operation], jsonPatch);
      await recorded(image, state);
    },
    patch: async (operations: readonly object[]) => request("PATCH", `${deployments}/checkout`, operations, jsonPatch),
    draw: async (wanted: Partial<Wanted> = {}) =>
      draw({ environment: "prod", service: "checkout", of: null, to: null, ...wanted }, bob),
    confirm: async (plan: string, given: Partial<Given> = {}) =>
      confirm({
        plan,
        by: bob,
        where: { channel: "C0DEPLOYS", thread: null },
        given: { reason: "errors", typed: null, accepted: [], overridden: [], ...given },
      }),
    async close(): Promise<void> {
      stopping.abort();
      await watching;
      await cluster.close();
      await server.close();
      await file[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

export function silent(because: string): Learnt<never> {
  return { kind: "no answer", because };
}
