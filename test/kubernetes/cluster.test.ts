import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Dispatcher, request } from "undici";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { type SimKubernetes, startKubernetes } from "../../sim/kubernetes/server.ts";
import { type Change, type ClusterRecord, resourceOf } from "../../src/core/workload.ts";
import { startFollowing } from "./following.ts";

let server: SimKubernetes;
let folder: string;
let following: Awaited<ReturnType<typeof startFollowing>>;
let known: Map<string, ClusterRecord>;

beforeEach(async () => {
  server = await startKubernetes({ namespaces: ["shop"] });
  folder = await mkdtemp(join(tmpdir(), "cluster-"));
  await writeFile(join(folder, "config"), server.kubeconfig);
  known = new Map();
});
afterEach(async () => {
  await following.stop();
  await server.close();
  await rm(folder, { recursive: true });
});

const start = async (within = {}): Promise<void> => {
  following = await startFollowing({
    server: { kubeconfig: join(folder, "config") },
    into: keep,
    within,
    namespaces: null,
  });
};

/** What whoever listens must come to believe. */
function keep(change: Change): void {
  if (change.kind === "put") known.set(change.record.uid, change.record);
  if (change.kind === "gone") known.delete(change.uid);
  if (change.kind !== "listed") return;
  for (const record of known.values()) {
    if (resourceOf(record) === change.stream.of && !change.uids.has(record.uid)) known.delete(record.uid);
  }
}

const Listed = z.object({
  items: z.array(z.object({ metadata: z.object({ uid: z.string(), generation: z.number().optional() }) })),
});

/** On a connection of its own, which no fault of the test before can have broken. */
async function call(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<unknown> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const answer = await request(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, "content-type": type },
    reset: true,
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.body.json();
}

const deployments = "/apis/apps/v1/namespaces/shop/deployments";
const container = (tag: string): object => ({
  spec: { template: { spec: { containers: [{ name: "main", image: `ghcr.io/shop/it:${tag}` }] } } },
});
const create = (name: string) =>
  call("POST", deployments, {
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "main", image: "ghcr.io/shop/it:1" }] },
      },
    },
  });
const ship = (name: string, tag: string) => call("PATCH", `${deployments}/${name}`, container(tag));
const remove = (name: string) => call("DELETE", `${deployments}/${name}`);

/** Everything the server holds, and nothing else, each in its latest generation. */
async function expectAgreement(): Promise<void> {
  const paths = { workload: "/apis/apps/v1/deployments", revision: "/apis/apps/v1/replicasets", pod: "/api/v1/pods" };
  for (const [what, path] of Object.entries(paths)) {
    const { items } = Listed.parse(await call("GET", path));
    const there = items.map(({ metadata: it }) => `${it.uid} ${what === "workload" ? it.generation : ""}`);
    const ours = [...known.values()].flatMap((it) =>
      it.what === what ? `${it.uid} ${it.what === "workload" ? it.generation : ""}` : [],
    );
    expect(ours.toSorted()).toEqual(there.toSorted());
  }
}
/** The questions of a test have no query. */
const ofOurs = /\?/;
const patient = { timeout: 10_000, interval: 50 };

test("a Deployment's template and its ReplicaSet's have the same hash, and pods lead to it", async () => {
  await start();
  await create("web");
  await vi.waitFor(async () => {
    expect([...known.values()].filter((it) => it.what === "pod" && it.ready)).toHaveLength(2);
    await expectAgreement();
  }, patient);
  const records = [...known.values()];
  const workload = records.find((it) => it.what === "workload");
  const revision = records.find((it) => it.what === "revision");
  expect(revision?.template).toEqual(workload?.template);
  expect(revision?.owner).toBe(workload?.uid);
  const [pod] = records.filter((it) => it.what === "pod");
  expect(pod?.owner).toBe(revision?.uid);
  expect(pod?.containers[0]?.imageId).toMatch(/@sha256:[0-9a-f]{64}$/);
});

test.each<[string, (it: SimKubernetes["faults"]) => void | Promise<void>]>([
  ["streams that end in good order", (it) => it.endWatches()],
  ["connections that are reset", (it) => it.resetSockets()],
  ["half a line", (it) => it.halfLine()],
  ["garbage", (it) => it.garbageLine()],
  ["a line without end", (it) => it.oversizedLine(17 * 1024 * 1024)],
  [
    "everything being forgotten",
    async (it) => {
      it.compact();
      it.resetSockets();
    },
  ],
  [
    "a server that is too busy",
    (it) => {
      it.overload({ path: ofOurs, times: 5 }, 1);
      it.endWatches();
    },
  ],
  [
    "a server that goes away and comes back",
    async (it) => {
      await it.stopListening();
      await it.listenAgain();
    },
  ],
])("after %s, what is known is again what is there", async (_, fault) => {
  await start();
  await create("web");
  await create("old");
  await vi.waitFor(expectAgreement, patient);
  await fault(server.faults);
  await ship("web", "2");
  await remove("old");
  await create("new");
  await vi.waitFor(async () => {
    await expectAgreement();
    expect(
      [...known.values()]
        .filter((it) => it.what === "workload")
        .map((it) => it.name)
        .toSorted(),
    ).toEqual(["new", "web"]);
  }, patient);
});

test("what changes while a server is frozen is known soon after it thaws", async () => {
  await start({ silenceMs: 300, getMs: 300 });
  await create("web");
  await vi.waitFor(expectAgreement, patient);
  server.faults.freeze();
  await vi.waitFor(() => expect(following.told().at(-1)).toMatch(/^lost: /), patient);
  server.faults.thaw();
  await ship("web", "2");
  await vi.waitFor(expectAgreement, patient);
});

test("a permission that is taken away and given back", async () => {
  await start();
  await create("web");
  await vi.waitFor(expectAgreement, patient);
  const allow = server.faults.forbid({ resource: "deployments" });
  server.faults.endWatches();
  await vi.waitFor(() => {
    expect(following.told().at(-1)).toBe("denied: we are not allowed to watch deployments in all namespaces (403)");
  }, patient);
  allow();
  await ship("web", "2");
  await vi.waitFor(expectAgreement, patient);
});

test("whatever happens in whatever order, what is known comes to be what is there", async () => {
  await start({ silenceMs: 2_000, getMs: 1_000 });
  const { faults } = server;
  let tag = 2;
  const steps = new Map<string, () => unknown>([
    ["create", () => create("web")],
    ["create another", () => create("api")],
    ["ship", () => ship("web", String(tag++))],
    ["remove", () => remove("web")],
    ["end", () => faults.endWatches()],
    ["reset", () => faults.resetSockets()],
    ["half", () => faults.halfLine()],
    ["garbage", () => faults.garbageLine()],
    ["forget", () => faults.compact()],
    ["overload", () => faults.overload({ path: ofOurs, times: 3 }, 1)],
    ["restart", () => faults.stopListening().then(() => faults.listenAgain())],
  ]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...steps.keys()), { minLength: 5, maxLength: 20 }), async (story) => {
      for (const name of story) {
        await steps.get(name)?.();
        await call("GET", deployments); // by the answer, streams that were ended have gone
      }
      await vi.waitFor(expectAgreement, patient);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 60_000);
