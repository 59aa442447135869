import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type SimKubernetes, startKubernetes } from "../../../sim/kubernetes/server.ts";
import { createView, type View } from "../../../src/core/view.ts";
import { createClient } from "../../contract/kubernetes/client.ts";
import { mergePatch } from "../../contract/kubernetes/place.ts";
import { startFollowing } from "../following.ts";
import { open, page, startScripted } from "../scripted-server.ts";

/** What becomes known of configuration, and what never does. */

let server: SimKubernetes;
let folder: string;
let view: View;
let following: Awaited<ReturnType<typeof startFollowing>>;
const path = "/api/v1/namespaces/shop/configmaps";
const patient = { timeout: 10_000, interval: 20 };

beforeEach(async () => {
  server = await startKubernetes({ namespaces: ["shop"] });
  folder = await mkdtemp(join(tmpdir(), "configs-"));
  await writeFile(join(folder, "config"), server.kubeconfig);
  view = createView();
});
afterEach(async () => {
  await following.stop();
  await server.close();
  await rm(folder, { recursive: true });
});

async function follow(): Promise<void> {
  following = await startFollowing({ server: { kubeconfig: join(folder, "config") }, into: view.apply });
}
async function call(method: string, at: string, body?: object): Promise<void> {
  const type = method === "PATCH" ? mergePatch : "application/json";
  const sent = { headers: { connection: "close" }, ...(body && { body, type }) };
  const { status, text } = await createClient(server.kubeconfig).request(method, at, sent);
  if (status >= 300) throw new Error(text);
}
const create = async (name: string) => call("POST", path, { metadata: { name }, data: { password: "hunter2" } });
const version = () => view.config("prod-eu", "shop", "web")?.version ?? null;
const stored = () => server.store.get("configmaps", "shop", "web")?.metadata.resourceVersion ?? null;
const known = async () => vi.waitFor(() => expect(view.configsKnown("prod-eu", "shop")).toBe(true), patient);
const agreed = async () => vi.waitFor(() => expect(version()).toBe(stored()), patient);

test.each([true, false])("a ConfigMap is followed from its creation to its end (WatchList: %s)", async (watchList) => {
  server.faults.watchList(watchList);
  await create("web");
  await follow();
  await known();
  await agreed();
  expect(version()).not.toBeNull();
  await call("PATCH", `${path}/web`, { data: { password: "hunter3" } });
  await agreed();
  await call("DELETE", `${path}/web`);
  await agreed();
  await create("web");
  await agreed();
  expect(JSON.stringify(following.changes)).not.toContain("hunter");
});

test("what was made anew while nobody listened is known by its new uid", async () => {
  await create("web");
  await follow();
  await known();
  await call("DELETE", `${path}/web`);
  await create("web");
  server.faults.compact();
  server.faults.resetSockets();
  await agreed();
  await known();
  expect(view.config("prod-eu", "shop", "web")?.uid).toBe(server.store.get("configmaps", "shop", "web")?.metadata.uid);
});

test("who may not list ConfigMaps answers as before, knows that they are not known, and says so once", async () => {
  await create("web");
  const allow = server.faults.forbid({ resource: "configmaps" });
  await follow();
  await vi.waitFor(() => expect(view.freshness("prod-eu", "shop").state).toBe("live"), patient);
  await vi.waitFor(() => expect(following.waits).toContain(450_000), patient); // not every few seconds, for ever
  expect(view.configsKnown("prod-eu", "shop")).toBe(false);
  expect(view.freshness("prod-eu", "shop").state).toBe("live");
  const warnings = following.logged.filter((it) => it.level === "warn");
  expect(warnings).toMatchObject([{ facts: { resource: "configmaps" }, message: "watch lost, answers do without it" }]);
  allow();
  await known();
  await agreed();
});

test("contents are never asked for, by no list and no watch", async () => {
  const scripted = await startScripted();
  try {
    scripted.script("list configmaps", [page([])]);
    scripted.script("watch configmaps", [open()]);
    following = await startFollowing({ server: scripted });
    await vi.waitFor(() => expect(scripted.asked("watch configmaps")).toHaveLength(1), patient);
    const accepted = (verb: "list" | "watch" | "initial") =>
      scripted.asked(`${verb} configmaps`).map((it) => it.headers.accept);
    expect(accepted("list")).toEqual(["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"]);
    for (const it of [...accepted("watch"), ...accepted("initial")]) {
      expect(it).toBe("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    }
    expect(scripted.asked("list deployments").map((it) => it.headers.accept)).toEqual(["application/json"]);
  } finally {
    await scripted.close();
  }
});

test("a server that would only send the whole is not read, and everything else goes on", async () => {
  server.faults.next({ path: /configmaps/, times: 100 }, { kind: "answer", status: 406 });
  await follow();
  await vi.waitFor(() => expect(view.freshness("prod-eu", "shop").state).toBe("live"), patient);
  const because = "the API server refuses to list configmaps in namespace shop (406)";
  await vi.waitFor(() => {
    expect(following.changes.filter((it) => it.kind === "lost")).toMatchObject([{ because }]);
  }, patient);
  expect(view.configsKnown("prod-eu", "shop")).toBe(false);
});
