import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SimKubernetes, startKubernetes } from "../../../sim/kubernetes/server.ts";
import { createView, type View } from "../../../src/core/view.ts";
import { createClient } from "../../contract/kubernetes/client.ts";
import { manifest } from "../../contract/kubernetes/place.ts";
import { startFollowing } from "../following.ts";

/** What the view comes to say when something breaks. */

let server: SimKubernetes;
let folder: string;
let view: View;
let following: Awaited<ReturnType<typeof startFollowing>>;
const namespaces = ["shop", "billing"];
const minutes = 60_000;

beforeEach(async () => {
  server = await startKubernetes({ namespaces });
  folder = await mkdtemp(join(tmpdir(), "faults-"));
  await writeFile(join(folder, "config"), server.kubeconfig);
  view = createView();
});
afterEach(async () => {
  await following.stop();
  await server.close();
  await rm(folder, { recursive: true });
});

async function follow(options: Omit<Parameters<typeof startFollowing>[0], "server"> = {}): Promise<void> {
  const kubeconfig = join(folder, "config");
  following = await startFollowing({ namespaces, into: view.apply, ...options, server: { kubeconfig } });
}

async function deploy(namespace: string, name: string): Promise<void> {
  const { request } = createClient(server.kubeconfig);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const { status } = await request("POST", path, { body: manifest({ name }), headers: { connection: "close" } });
  expect(status).toBe(201);
}

const configsKnown = () => namespaces.map((it) => view.configsKnown("prod-eu", it));
const states = () => namespaces.map((it) => view.freshness("prod-eu", it).state);
const known = () =>
  view
    .all([{ cluster: "prod-eu", namespaces: null }])
    .map((it) => it.name)
    .toSorted();
const patient = { timeout: 10_000, interval: 20 };

describe("a namespace that may not be read", () => {
  test("is unread from the start, with the reason, while the other is live", async () => {
    server.faults.forbid({ namespace: "billing" });
    await follow();
    await deploy("shop", "web");
    await vi.waitFor(() => expect(known()).toEqual(["web"]), patient);
    await vi.waitFor(() => expect(states()).toEqual(["live", "unread"]), patient);
    expect(view.freshness("prod-eu", "billing")).toMatchObject({
      because: expect.stringMatching(/^we are not allowed to (watch|list) \w+ in namespace billing \(403\)$/),
    });
  });

  test("is behind when that was taken away, and live again when it was given back", async () => {
    await follow();
    await deploy("billing", "invoice");
    await vi.waitFor(() => expect(states()).toEqual(["live", "live"]), patient);
    const allow = server.faults.forbid({ namespace: "billing" });
    server.faults.endWatches();
    await vi.waitFor(() => expect(states()).toEqual(["live", "behind"]), patient);
    expect(known()).toEqual(["invoice"]); // what was known is kept, and said to be old
    allow();
    await deploy("billing", "refund");
    await vi.waitFor(() => expect(known()).toEqual(["invoice", "refund"]), patient);
    await vi.waitFor(() => expect(states()).toEqual(["live", "live"]), patient);
  });
});

test("a kind that may not be read costs only the answers that rest on it", async () => {
  server.faults.forbid({ resource: "statefulsets" });
  await follow();
  const of = (kind: "Deployment" | "StatefulSet" | "DaemonSet") => view.freshness("prod-eu", "shop", kind).state;
  await vi.waitFor(() => expect([of("Deployment"), of("DaemonSet")]).toEqual(["live", "live"]), patient);
  await vi.waitFor(() => expect(view.freshness("prod-eu", "shop").state).toBe("partial"), patient);
  expect(of("StatefulSet")).toBe("unread");
  expect(view.freshness("prod-eu", "shop")).toEqual({
    state: "partial",
    at: expect.any(Number),
    denied: ["StatefulSet"],
  });
});

test.each([
  ["forward", 10 * minutes],
  ["back", -10 * minutes],
])("a clock that jumps %s loses nothing, and reads nothing again", async (_, jumpMs) => {
  let offset = 0;
  await follow({ now: () => Date.now() + offset });
  await vi.waitFor(() => expect(states()).toEqual(["live", "live"]), patient);
  await vi.waitFor(() => expect(configsKnown()).toEqual([true, true]), patient);
  offset = jumpMs;
  server.faults.endWatches();
  await deploy("shop", "web");
  await vi.waitFor(() => expect(known()).toEqual(["web"]), patient);
  server.faults.endWatches();
  await deploy("shop", "api");
  await vi.waitFor(() => expect(known()).toEqual(["api", "web"]), patient);
  expect(following.changes.filter((it) => it.kind === "lost")).toEqual([]);
  expect(following.changes.filter((it) => it.kind === "listed")).toHaveLength(14);
});

test("a listener that throws at everything costs no other stream, and no process", async () => {
  let thrown = 0;
  await follow({
    into: (change) => {
      if (change.kind === "put" && change.record.what === "workload") {
        thrown += 1;
        throw new Error("cannot take it");
      }
      view.apply(change);
    },
  });
  await deploy("shop", "web");
  await vi.waitFor(() => expect(view.freshness("prod-eu", "shop").state).toBe("live"), patient);
  await vi.waitFor(() => expect(thrown).toBeGreaterThan(0), patient);
  expect(following.changes.some((it) => it.kind === "put" && it.record.what === "revision")).toBe(true);
  expect(following.logged.filter((it) => it.level === "error").length).toBe(thrown);
});

test("a server that takes WatchList back is read page by page", async () => {
  await follow();
  await vi.waitFor(() => expect(states()).toEqual(["live", "live"]), patient);
  server.faults.watchList(false);
  server.faults.compact();
  server.faults.resetSockets();
  await deploy("shop", "web");
  await vi.waitFor(() => expect(known()).toEqual(["web"]), patient);
  await vi.waitFor(() => expect(states()).toEqual(["live", "live"]), patient);
});
