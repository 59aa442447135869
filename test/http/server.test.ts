import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { Health } from "../../src/http/health.ts";
import { openServer } from "../../src/http/server.ts";

type Given = Partial<Parameters<typeof openServer>[0]>;

const noMetrics = async () => ({ type: "text/plain", body: "" });
const allIsWell = (): Health => ({ slack: true, clusters: [] });

async function open(given: Given = {}) {
  const errors: object[] = [];
  const log = { error: (facts: object) => void errors.push(facts) };
  const server = await openServer({
    host: "127.0.0.1",
    port: 0,
    receive: null,
    health: allIsWell,
    metrics: noMetrics,
    log,
    ...given,
  });
  return { server, errors, url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: server.close };
}

describe("the server", () => {
  test("is alive as soon as it listens, whatever else is missing", async () => {
    await using it = await open({ health: () => ({ slack: false, clusters: [{ name: "prod-eu", listed: false }] }) });
    const response = await fetch(`${it.url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { alive: true }]);
  });

  test("is ready once Slack is connected and every cluster was listed, and names what is missing until then", async () => {
    const health = {
      slack: false,
      clusters: [
        { name: "prod-eu", listed: true },
        { name: "prod-us", listed: false },
      ],
    };
    await using it = await open({ health: () => health });
    const ask = async () => {
      const response = await fetch(`${it.url}/readyz`);
      return [response.status, await response.json()];
    };
    const missing = ["Slack is not connected", "cluster prod-us has not been listed yet"];
    expect(await ask()).toEqual([503, { ready: false, missing }]);
    health.slack = true;
    expect(await ask()).toEqual([503, { ready: false, missing: missing.slice(1) }]);
    health.clusters = [{ name: "prod-us", listed: true }];
    expect(await ask()).toEqual([200, { ready: true, missing: [] }]);
    health.slack = false;
    expect(await ask()).toEqual([503, { ready: false, missing: missing.slice(0, 1) }]);
  });

  test("is ready while a channel takes no message, and says which", async () => {
    const channels = [{ channel: "C0OLD", because: "the channel is archived (is_archived)" }];
    await using it = await open({ health: () => ({ slack: true, clusters: [], channels }) });
    const response = await fetch(`${it.url}/readyz`);
    const troubles = ["nothing can be said in channel C0OLD: the channel is archived (is_archived)"];
    expect([response.status, await response.json()]).toEqual([200, { ready: true, missing: [], troubles }]);
  });

  test("is ready without what it may not read, and says so", async () => {
    const clusters = [{ name: "prod-eu", listed: true, denied: ["StatefulSet", "DaemonSet"] }];
    await using it = await open({ health: () => ({ slack: true, clusters }) });
    const response = await fetch(`${it.url}/readyz`);
    const troubles = [
      "we may not read StatefulSets of cluster prod-eu",
      "we may not read DaemonSets of cluster prod-eu",
    ];
    expect([response.status, await response.json()]).toEqual([200, { ready: true, missing: [], troubles }]);
  });

  test("knows nothing else, and nothing by another method", async () => {
    await using it = await open({ receive: (_, res) => void res.end("heard") });
    const ask = async (method: string, path: string) => (await fetch(it.url + path, { method })).status;
    expect(await ask("GET", "/")).toBe(404);
    expect(await ask("GET", "/healthz/")).toBe(404);
    expect(await ask("GET", "/healthz?probe=1")).toBe(200);
    expect(await ask("HEAD", "/readyz")).toBe(200);
    expect(await ask("POST", "/healthz")).toBe(405);
    expect(await ask("GET", "/slack/events")).toBe(405);
    expect(await ask("POST", "/slack/events")).toBe(200);
  });

  test("has no /slack/events in Socket Mode", async () => {
    await using it = await open();
    expect((await fetch(`${it.url}/slack/events`, { method: "POST" })).status).toBe(404);
  });

  test("refuses a body by its announced length, before a byte of it came, and hangs up", async () => {
    await using it = await open({ receive: () => expect.unreachable() });
    const answer = await raw(
      it.server.port,
      "POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1048577\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/connection: close/i);
  });

  test("does not take an unread body for the next request", async () => {
    await using it = await open();
    const smuggled = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    const head = `POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: ${smuggled.length}\r\n\r\n`;
    const answer = await raw(it.server.port, head + smuggled);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 404"]);
  });

  test("answers a fault with 500, logs it, and lives on", async () => {
    await using it = await open({
      health: () => {
        throw new Error("no view");
      },
    });
    expect((await fetch(`${it.url}/readyz`)).status).toBe(500);
    expect(it.errors).toMatchObject([{ err: { message: "no view" }, path: "/readyz" }]);
    expect((await fetch(`${it.url}/healthz`)).status).toBe(200);
  });

  test("says in one sentence that its port is taken, or that its host is not here", async () => {
    await using it = await open();
    const { port } = it.server;
    await expect(open({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use: set PORT to another one, or stop what listens there.`,
    );
    await expect(open({ host: "192.0.2.1" })).rejects.toThrow(/^192\.0\.2\.1 is not an address of this machine/);
  });

  test("finishes answers under way when it closes, and takes no new ones", async () => {
    const heard = Promise.withResolvers<() => void>();
    const it = await open({ receive: (_, res) => heard.resolve(() => void res.end("late")) });
    const answer = fetch(`${it.url}/slack/events`, { method: "POST" });
    const finish = await heard.promise;
    const closed = it.server.close();
    await expect(fetch(`${it.url}/healthz`)).rejects.toThrow("fetch failed");
    finish();
    expect(await (await answer).text()).toBe("late");
    await closed;
  });

  test("does not wait for ever for an answer that does not come", async () => {
    const heard = Promise.withResolvers<void>();
    const it = await open({ receive: () => heard.resolve(), drainMs: 20 });
    const answer = fetch(`${it.url}/slack/events`, { method: "POST" }).catch((err: unknown) => err);
    await heard.promise;
    await it.server.close();
    expect(await answer).toMatchObject({ message: "fetch failed" });
  });

  test("can be closed twice", async () => {
    const it = await open();
    await Promise.all([it.server.close(), it.server.close()]);
    await expect(it.server.close()).resolves.toBeUndefined();
  });
});

/** Everything that comes back until the other side hangs up. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (it: string) => (answer += it));
  socket.write(text);
  await once(socket, "close");
  return answer;
}
