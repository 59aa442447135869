import { createServer, type Server } from "node:http";
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect } from "../../../src/kubernetes/api/connection.ts";
import { createRequests, deadlines, type Requests } from "../../../src/kubernetes/api/request.ts";

/** A busy machine takes its time. */
const patient = { timeout: 10_000, interval: 20 };

let server: Server;
let folder: string;
let requests: Requests;
let sockets = 0;
let answer: (authorization: string | undefined) => { readonly status: number; readonly body: string | Buffer };
const question = { path: "/api/v1/pods", asked: { verb: "list", resource: "pods", namespace: "shop" } };
const ask = (stop = new AbortController().signal): Promise<unknown> => requests.get({ ...question, stop });

beforeEach(async () => {
  sockets = 0;
  answer = () => ({ status: 200, body: "{}" });
  server = createServer((request, response) => {
    const { status, body } = answer(request.headers.authorization);
    const packed = typeof body !== "string";
    response.writeHead(status, packed ? { "content-encoding": "gzip" } : {}).end(body);
  });
  server.on("connection", () => {
    sockets += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "requests-"));
  await kubeconfig({ user: { token: "one" }, ca: "one" });
  const connection = await connect({ kubeconfig: join(folder, "config"), context: null });
  requests = createRequests({ connection, version: "1", deadlines: { ...deadlines, getMs: 2_000 } });
});
afterEach(async () => {
  await requests.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function portOf(it: TcpServer): number {
  const address = it.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

type Written = { readonly user: object; readonly ca: string; readonly at?: string };

async function kubeconfig({ user, ca, at = `http://127.0.0.1:${portOf(server)}` }: Written): Promise<void> {
  const cluster = {
    server: at,
    "certificate-authority-data": Buffer.from(ca).toString("base64"),
  };
  const config = {
    "current-context": "it",
    clusters: [{ name: "it", cluster }],
    users: [{ name: "it", user }],
    contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
  };
  await writeFile(join(folder, "config"), JSON.stringify(config));
}

test("requests share a pool of connections, and a new one is made only for new certificates", async () => {
  for (let i = 0; i < 20; i += 1) await ask();
  answer = (authorization) => ({ status: authorization === "Bearer two" ? 200 : 401, body: "{}" });
  await kubeconfig({ user: { token: "two" }, ca: "one" });
  await ask();
  expect(sockets).toBeLessThan(4); // a question can come a moment before the connection of the last one is free again

  const before = sockets;
  answer = (authorization) => ({ status: authorization === "Bearer three" ? 200 : 401, body: "{}" });
  await kubeconfig({ user: { token: "three" }, ca: "three" });
  await ask();
  expect(sockets).toBeGreaterThan(before);
});

test("a 401 is answered with fresh credentials once, not again and again", async () => {
  let asked = 0;
  answer = () => {
    asked += 1;
    return { status: 401, body: "" };
  };
  await expect(ask()).rejects.toMatchObject({ kind: "unauthorized" });
  expect(asked).toBe(2);
});

test.each([
  [403, "forbidden", "we are not allowed to list pods in namespace shop (403)"],
  [404, "refused", "the API server refuses to list pods in namespace shop (404)"],
  [302, "refused", "the API server refuses to list pods in namespace shop (302)"],
  [410, "expired", "the API server no longer remembers where we were (410)"],
  [429, "throttled", "the API server is too busy for us (429)"],
  [504, "server-error", "the API server answers with an error (504)"],
])("a status of %i is %s", async (status, kind, message) => {
  answer = () => ({ status, body: '{"message":"hunter2"}' });
  await expect(ask()).rejects.toMatchObject({ kind, message });
});

test.each([
  ["no JSON", "<html>hunter2", "the API server's answer is not JSON"],
  ["packed badly", Buffer.from("hunter2"), "the API server's answer cannot be unpacked"],
])("an answer that is %s is garbage, and not repeated", async (_, body, message) => {
  answer = () => ({ status: 200, body });
  await expect(ask()).rejects.toMatchObject({ kind: "garbage", message });
});

test("a server that is not there is unreachable", async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const message = "the API server cannot be reached: the connection was refused";
  await expect(ask()).rejects.toMatchObject({ kind: "unreachable", message });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

test("a question that is stopped does not wait for a credential plugin", async () => {
  const exec = { command: process.execPath, args: ["-e", "setTimeout(() => {}, 2_000)"] };
  await kubeconfig({ user: { exec }, ca: "one" });
  await requests.close();
  const connection = await connect({ kubeconfig: join(folder, "config"), context: null, credentialsWithinMs: 3_000 });
  requests = createRequests({ connection, version: "1", deadlines });
  const reason = new Error("stopped");
  const started = performance.now();
  await expect(ask(AbortSignal.abort(reason))).rejects.toBe(reason);
  const stop = new AbortController();
  const asking = ask(stop.signal).catch((err: unknown) => err);
  stop.abort(reason);
  expect(await asking).toBe(reason);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("a question that is stopped does not wait for a server that is frozen: it takes connections and says nothing", async () => {
  const taken: Socket[] = [];
  const frozen = createTcpServer((socket) => taken.push(socket));
  await new Promise<void>((resolve) => frozen.listen(0, "127.0.0.1", resolve));
  await kubeconfig({ user: { token: "one" }, ca: "one", at: `https://127.0.0.1:${portOf(frozen)}` });
  await requests.close();
  const connection = await connect({ kubeconfig: join(folder, "config"), context: null });
  requests = createRequests({ connection, version: "1", deadlines });

  const started = performance.now();
  const stop = new AbortController();
  const asking = [ask(stop.signal), requests.open({ ...question, stop: stop.signal })];
  const ended = Promise.all(asking.map(async (it) => it.catch((err: unknown) => err)));
  await vi.waitFor(() => expect(taken.length).toBeGreaterThan(0), patient);
  const reason = new Error("stopped");
  stop.abort(reason);
  expect(await ended).toEqual([reason, reason]);
  expect(performance.now() - started).toBeLessThan(deadlines.connectMs / 2);
  await requests.close();
  for (const it of taken) it.destroy();
  await new Promise((resolve) => frozen.close(resolve));
});

test("a question that is stopped ends at once, with the reason of the stop", async () => {
  const stop = new AbortController();
  server.removeAllListeners("request"); // nobody answers
  const asking = ask(stop.signal).catch((err: unknown) => err);
  await vi.waitFor(() => expect(sockets).toBe(1), patient);
  const reason = new Error("stopped");
  stop.abort(reason);
  expect(await asking).toBe(reason);
});
