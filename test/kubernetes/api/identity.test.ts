import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SimKubernetes, startKubernetes } from "../../../sim/kubernetes/server.ts";
import { connect } from "../../../src/kubernetes/api/connection.ts";
import { createIdentity } from "../../../src/kubernetes/api/identity.ts";
import { createRequests, deadlines, type Requests } from "../../../src/kubernetes/api/request.ts";

let server: SimKubernetes;
let folder: string;
let requests: Requests;
let identity: ReturnType<typeof createIdentity>;
const { signal: never } = new AbortController();

beforeEach(async () => {
  server = await startKubernetes();
  folder = await mkdtemp(join(tmpdir(), "identity-"));
  await writeFile(join(folder, "config"), server.kubeconfig);
  const connection = await connect({ kubeconfig: join(folder, "config"), context: null });
  requests = createRequests({ connection, version: "1", deadlines });
  identity = createIdentity(requests);
});
afterEach(async () => {
  await requests.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const uid = () => server.store.get("namespaces", null, "kube-system")?.metadata.uid;

test("a cluster is known by the uid of kube-system, asked for once", async () => {
  expect(await identity(never)).toBe(uid());
  server.faults.forbid({ resource: "namespaces" });
  expect(await identity(never)).toBe(uid());
});

test("who may not read it is told which right is missing, and asks again once it is given", async () => {
  const allow = server.faults.forbid({ resource: "namespaces" });
  await expect(identity(never)).rejects.toThrow("we are not allowed to get namespaces/kube-system (403)");
  allow();
  expect(await identity(never)).toBe(uid());
});

test("what is no namespace is no identity", async () => {
  server.faults.next({}, { kind: "answer", status: 200, body: { kind: "Status", metadata: {} } });
  await expect(identity(never)).rejects.toThrow("the API server's answer is not the namespace kube-system");
});

test("nobody waits longer than they said", async () => {
  server.faults.freeze();
  await expect(identity(AbortSignal.timeout(50))).rejects.toMatchObject({ name: "TimeoutError" });
});
