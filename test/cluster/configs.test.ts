import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { createView } from "../../src/core/view.ts";
import { type Client, createClient } from "../contract/kubernetes/client.ts";
import { manifest, mergePatch, Thing } from "../contract/kubernetes/place.ts";
import { startFollowing } from "../kubernetes/following.ts";
import { real } from "./real.ts";

const namespace = `whatsrunning-${Math.random().toString(36).slice(2, 8)}`;
const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
const patient = { timeout: 20_000, interval: 50 };
let client: Client;
let kubeconfig: string;

beforeAll(async () => {
  const opened = await real();
  client = createClient(opened.kubeconfig);
  const folder = await mkdtemp(join(tmpdir(), "configs-"));
  kubeconfig = join(folder, "config");
  await writeFile(kubeconfig, opened.kubeconfig);
  await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  return async () => {
    await client.request("DELETE", `/api/v1/namespaces/${namespace}`);
    await rm(folder, { recursive: true });
  };
});

test("each change of a ConfigMap is known by its version, touches who reads it, and brings no data", async () => {
  const touched = new Set<string>();
  const view = createView({ touched: ({ uid }) => touched.add(uid) });
  const following = await startFollowing({ server: { kubeconfig }, into: view.apply, namespaces: [namespace] });
  const envFrom = [{ configMapRef: { name: "flags" } }];
  const containers = [{ name: "main", image: "ghcr.io/shop/web:1", envFrom }];
  const readers = ["reads", "ignores"].map((name) =>
    manifest({ name, ...(name === "reads" && { pod: { containers } }) }),
  );
  const uids: string[] = [];

  /** What the server answered to the last write is what the view comes to say. */
  async function write(method: string, path: string, body: object): Promise<void> {
    touched.clear();
    const type = method === "PATCH" ? mergePatch : "application/json";
    const { json } = await client.request(method, path, { body, type });
    const { metadata } = Thing.parse(json);
    await vi.waitFor(() => {
      const config = view.config("prod-eu", namespace, "flags");
      expect(config).toMatchObject({ uid: metadata.uid, version: metadata.resourceVersion });
      expect([...touched]).toEqual(uids.slice(0, 1));
    }, patient);
  }

  try {
    await vi.waitFor(() => expect(view.configsKnown("prod-eu", namespace)).toBe(true), patient);
    expect(view.config("prod-eu", namespace, "flags")).toBeNull();
    for (const body of readers) {
      const reply = await client.request("POST", `/apis/apps/v1/namespaces/${namespace}/deployments`, { body });
      uids.push(Thing.parse(reply.json).metadata.uid);
    }
    const places = [{ cluster: "prod-eu", namespaces: null }];
    await vi.waitFor(() => {
      const settled = view.all(places).filter((it) => it.observedGeneration === it.generation);
      expect(settled.map((it) => view.around(it).revisions.length)).toEqual([1, 1]);
    }, patient);
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // the controllers have said all they had to say

    await write("POST", configMaps, { metadata: { name: "flags" }, data: { password: "hunter2" } });
    const created = view.config("prod-eu", namespace, "flags");
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // times are told in whole seconds
    await write("PATCH", `${configMaps}/flags`, { data: { password: "hunter3" } });
    const changed = view.config("prod-eu", namespace, "flags");
    expect(changed?.createdAt).toBe(created?.createdAt);
    expect(changed?.changedAt).toBeGreaterThan(created?.changedAt ?? 0);

    touched.clear();
    await client.request("DELETE", `${configMaps}/flags`);
    await vi.waitFor(() => {
      expect(view.config("prod-eu", namespace, "flags")).toBeNull();
      expect([...touched]).toEqual(uids.slice(0, 1));
    }, patient);
    await write("POST", configMaps, { metadata: { name: "flags" }, data: { password: "hunter4" } });
    expect(view.config("prod-eu", namespace, "flags")?.uid).not.toBe(created?.uid);
    expect(following.changes.filter((it) => it.kind === "lost")).toEqual([]);
    expect(JSON.stringify(following.changes)).not.toContain("hunter");
  } finally {
    await following.stop();
  }
});
