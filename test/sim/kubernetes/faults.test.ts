import { afterEach, describe, expect, test } from "vitest";
import { startKubernetes, type KubernetesOptions, type SimKubernetes } from "../../../sim/kubernetes/server.ts";
import { createClient } from "../../contract/kubernetes/client.ts";
import { jsonPatch, manifest } from "../../contract/kubernetes/place.ts";

const path = "/apis/apps/v1/namespaces/shop/deployments";
let sim: SimKubernetes | null = null;
afterEach(async () => sim?.close());

async function start(options: KubernetesOptions = {}) {
  sim = await startKubernetes({ namespaces: ["shop"], ...options });
  const { request, watch } = createClient(sim.kubeconfig);
  const created = await request("POST", path, { body: manifest() });
  expect(created.status).toBe(201);
  return { ...sim, request, watch };
}

/** Everything that a watch received, and how it ended. */
async function follow(url: string, token: string): Promise<{ text: () => string; end: Promise<"clean" | "broken"> }> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  let received = "";
  const end = (async () => {
    try {
      for await (const chunk of response.body ?? []) received += Buffer.from(chunk).toString("utf8");
      return "clean";
    } catch {
      return "broken";
    }
  })();
  return { text: () => received, end };
}

async function watching(options: KubernetesOptions = {}) {
  const it = await start(options);
  const stream = await follow(`${it.url}${path}?watch=1&allowWatchBookmarks=1`, it.token);
  await expect.poll(() => stream.text()).toContain('"ADDED"');
  return { ...it, stream };
}

describe("watches", () => {
  test("end cleanly when told to", async () => {
    const { stream, faults, openWatches } = await watching();
    faults.endWatches();
    expect(await stream.end).toBe("clean");
    await expect.poll(openWatches).toBe(0);
  });

  test("tell nothing more of what happens right after they were ended", async () => {
    const { stream, faults, store } = await watching();
    const [web] = store.list("deployments");
    faults.endWatches();
    if (web) store.put("deployments", web); // in the same moment, before any connection has closed
    faults.garbageLine();
    expect(await stream.end).toBe("clean");
    expect(stream.text()).not.toContain("MODIFIED");
  });

  test("break when the sockets are reset", async () => {
    const { stream, faults } = await watching();
    faults.resetSockets();
    expect(await stream.end).toBe("broken");
  });

  test("receive a line that is no JSON, and go on", async () => {
    const { stream, faults, request } = await watching();
    faults.garbageLine();
    await expect.poll(() => stream.text()).toContain("this is not JSON\n");
    await request("DELETE", `${path}/web`);
    await expect.poll(() => stream.text()).toContain('"DELETED"');
  });

  test("receive half a line and end", async () => {
    const { stream, faults } = await watching();
    faults.halfLine();
    expect(await stream.end).toBe("clean");
    expect(stream.text()).toMatch(/\n\{"type":"MODIFIED"[^\n]*$/);
  });

  test("receive a line of any size", async () => {
    const { stream, faults } = await watching();
    faults.oversizedLine(3_000_000);
    await expect.poll(() => stream.text().length).toBeGreaterThan(3_000_000);
  });

  test("are told where they are as often as asked", async () => {
    const { stream, request } = await watching({ bookmarkEveryMs: 20 });
    await request("DELETE", `${path}/web`);
    await expect.poll(() => stream.text()).toContain('"BOOKMARK"');
    expect(stream.text()).not.toContain("initial-events-end");
  });

  test("fall silent while frozen, and catch up after the thaw", async () => {
    const { stream, faults, store, request } = await watching();
    faults.freeze();
    const [deployment] = store.list("deployments");
    if (deployment) store.remove("deployments", deployment);
    const held = request("GET", "/version"); // once this one is held, the event would have come as well
    await expect.poll(() => faults.waiting()).toBe(1);
    expect(stream.text()).not.toContain('"DELETED"');
    faults.thaw();
    await expect.poll(() => stream.text()).toContain('"DELETED"');
    expect(await held).toMatchObject({ status: 200 });
  });
});

describe("requests", () => {
  test("are answered as planned, as often as planned", async () => {
    const { request, faults } = await start();
    faults.next(
      { method: "GET", path: /deployments/, times: 2 },
      { kind: "answer", status: 503, body: { kind: "Status" } },
    );
    expect(await request("GET", "/version")).toMatchObject({ status: 200 });
    expect(await request("GET", path)).toMatchObject({ status: 503, json: { kind: "Status" } });
    expect(await request("GET", path)).toMatchObject({ status: 503 });
    expect(await request("GET", path)).toMatchObject({ status: 200 });
  });

  test("meet an overloaded server, in its words, and are not executed", async () => {
    const { request, faults } = await start();
    faults.overload({ method: "DELETE" }, 7);
    const refused = await request("DELETE", `${path}/web`);
    expect(refused).toMatchObject({
      status: 429,
      text: "Too many requests, please try again later.\n",
      json: undefined,
    });
    expect(refused.headers).toMatchObject({
      "retry-after": "7",
      "content-type": expect.stringContaining("text/plain"),
    });
    expect(await request("GET", `${path}/web`)).toMatchObject({ status: 200 });
  });

  test("can be carried out while the answer is lost", async () => {
    const { request, faults } = await start();
    faults.next({ method: "DELETE" }, { kind: "lose-answer" });
    await expect(request("DELETE", `${path}/web`)).rejects.toThrow(/ECONNRESET|hang up/);
    expect(await request("GET", `${path}/web`)).toMatchObject({ status: 404 });
  });

  test("can be lost before they are carried out", async () => {
    const { request, faults } = await start();
    faults.next({ method: "DELETE" }, { kind: "reset" });
    await expect(request("DELETE", `${path}/web`)).rejects.toThrow(/ECONNRESET|hang up/);
    expect(await request("GET", `${path}/web`)).toMatchObject({ status: 200 });
  });

  test("can take their time", async () => {
    const { request, faults } = await start();
    faults.next({ path: /version/ }, { kind: "delay", ms: 80 });
    const started = performance.now();
    expect(await request("GET", "/version")).toMatchObject({ status: 200 });
    expect(performance.now() - started).toBeGreaterThan(70);
  });

  test.each([
    ["carried out after the thaw", "done", { replicas: 3 }],
    ["dropped", "dropped", { replicas: 0 }],
  ] as const)("given up on while the server was frozen are %s", async (_, abandoned, spec) => {
    const { url, token, faults, store } = await start();
    faults.freeze();
    const stop = new AbortController();
    const headers = { authorization: `Bearer ${token}`, "content-type": jsonPatch };
    const body = JSON.stringify([{ op: "replace", path: "/spec/replicas", value: 3 }]);
    const outcome = fetch(`${url}${path}/web`, { method: "PATCH", headers, body, signal: stop.signal }).then(
      () => "answered",
      () => "given up",
    );
    await expect.poll(() => faults.waiting()).toBe(1);
    stop.abort();
    expect(await outcome).toBe("given up");
    await expect.poll(() => faults.waiting({ abandoned: true })).toBe(1);
    faults.thaw({ abandoned });
    await expect.poll(() => faults.waiting()).toBe(0);
    await expect.poll(() => store.list("deployments")[0]?.spec).toMatchObject(spec);
  });
});

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe("the server", () => {
  test("forbids by verb, kind and namespace, in the real words, and open watches go on", async () => {
    const { request, faults, url, token } = await start({ context: "prod" });
    const stream = await follow(`${url}${path}?watch=1`, token);
    const allow = faults.forbid({ verb: "patch", resource: "deployments", namespace: "shop" });
    const reply = await request("PATCH", `${path}/web`, { body: [], type: jsonPatch });
    const user = "system:serviceaccount:whatsrunning:prod";
    const message =
      `deployments.apps "web" is forbidden: User "${user}" cannot patch resource "deployments" ` +
      `in API group "apps" in the namespace "shop"`;
    expect(reply).toMatchObject({ status: 403, json: { reason: "Forbidden", message } });
    await request("DELETE", `${path}/web`);
    await expect.poll(() => stream.text()).toContain('"DELETED"');
    allow();
    expect(await request("PATCH", `${path}/web`, { body: [], type: jsonPatch })).toMatchObject({ status: 404 });
  });

  test("knows a token for as long as it is in the map", async () => {
    const { request, tokens, token } = await start();
    tokens.delete(token);
    expect(await request("GET", path)).toMatchObject({ status: 401 });
    tokens.set(token, "somebody");
    expect(await request("GET", path)).toMatchObject({ status: 200 });
  });

  test("without WatchList refuses it as an older server does", async () => {
    const { request, faults } = await start();
    faults.watchList(false);
    const reply = await request("GET", `${path}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`);
    const why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
    expect(reply).toMatchObject({ status: 422, json: { message: expect.stringContaining(why) } });
  });

  test("stops listening, and comes back on the same port with everything it knew", async () => {
    const { request, faults } = await start();
    await faults.stopListening();
    await expect.poll(async () => request("GET", path).catch(String)).toContain("ECONNREFUSED");
    await faults.listenAgain();
    expect(await request("GET", `${path}/web`)).toMatchObject({ status: 200 });
  });

  test("tells the time it is given", async () => {
    const { store } = await start({ now: () => Date.parse("2030-01-02T03:04:05.678Z") });
    expect(store.list("deployments")[0]?.metadata.creationTimestamp).toBe("2030-01-02T03:04:05Z");
  });

  test("moves a tag for pods that start later", async () => {
    const image = "ghcr.io/shop/web:1";
    const { request, images, store } = await start({ images: { [image]: { digest: digest("a") } } });
    const running = () => store.list("pods").map((it) => it.status.containerStatuses?.[0]?.imageID);
    await request("POST", path, { body: manifest({ name: "old", replicas: 1, image }) });
    await expect.poll(running).toEqual([`ghcr.io/shop/web@${digest("a")}`]);
    images.set(image, { digest: digest("b") });
    await request("POST", path, { body: manifest({ name: "young", replicas: 1, image }) });
    await expect.poll(running).toEqual([`ghcr.io/shop/web@${digest("a")}`, `ghcr.io/shop/web@${digest("b")}`]);
  });
});
