import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fate } from "../../../sim/kubernetes/faults.ts";
import { type SimKubernetes, startKubernetes } from "../../../sim/kubernetes/server.ts";
import type { Live } from "../../../src/core/operation/live.ts";
import type { Patch } from "../../../src/core/operation/step.ts";
import type { WholeCluster } from "../../../src/kubernetes/cluster.ts";
import type { Restoring } from "../../../src/ports/rollback.ts";
import { createClient } from "../../contract/kubernetes/client.ts";
import { manifest } from "../../contract/kubernetes/place.ts";
import { openCluster } from "./opening.ts";

/** What is made of each way in which the API server can answer a patch, or not answer it. */

let sim: SimKubernetes;
let folder: string;
let cluster: WholeCluster;
let restoring: Restoring;
const { signal: never } = new AbortController();
const of = { namespace: "shop", kind: "Deployment", name: "web" } as const;
const path = "/apis/apps/v1/namespaces/shop/deployments";

beforeEach(async () => {
  sim = await startKubernetes({ namespaces: ["shop"] });
  folder = await mkdtemp(join(tmpdir(), "answers-"));
  await writeFile(join(folder, "config"), sim.kubeconfig);
  cluster = await openCluster(join(folder, "config"));
  restoring = cluster.restoring;
  const annotations = { "somebody.else/key": "kept" };
  const reply = await createClient(sim.kubeconfig).request("POST", path, { body: manifest({ annotations }) });
  if (reply.status !== 201) throw new Error(reply.text);
});
afterEach(async () => {
  await cluster.close();
  await sim.close();
  await rm(folder, { recursive: true });
});

async function read(): Promise<Live> {
  const live = await restoring.live(of, never);
  if (live === "gone") throw new Error("it is gone");
  return live;
}

/** Only the fence: what is asked is how answers are understood. */
async function patch(): Promise<Patch> {
  return { operation: "op-1", seen: await read(), fence: "op-1", change: null };
}

const status = (code: number, message: string, more: object = {}) => ({
  kind: "answer" as const,
  status: code,
  headers: { "content-type": "application/json" },
  body: { kind: "Status", apiVersion: "v1", status: "Failure", message, code, ...more },
});
const html = (code: number): Fate => ({ kind: "answer", status: code, body: "<html>proxy</html>" });
const cause = (field: string, message: string) => ({
  reason: "Invalid",
  details: { causes: [{ reason: "FieldValueInvalid", message, field }] },
});

describe("a certain answer", () => {
  test.each<[string, Fate, object]>([
    [
      "too busy",
      { kind: "answer", status: 429, body: "Too many requests, please try again later.\n" },
      { kind: "busy" },
    ],
    ["credentials that are not accepted, twice", html(401), { kind: "busy" }],
    ["a conflict", status(409, "the object has been modified", { reason: "Conflict" }), { kind: "moved" }],
    ["gone", status(404, 'deployments.apps "web" not found', { reason: "NotFound" }), { kind: "moved" }],
    [
      "a test that did not hold",
      status(422, "the server rejected our request due to an error in our request", { reason: "Invalid", details: {} }),
      { kind: "moved" },
    ],
    [
      "a role that does not allow it",
      status(403, 'User "bot" cannot patch resource "deployments"', { reason: "Forbidden" }),
      { kind: "forbidden", message: 'User "bot" cannot patch resource "deployments"' },
    ],
    [
      "a field that is not valid, without its value",
      status(
        422,
        "secret",
        cause("spec.template.spec.containers[0].env[0].name", 'Invalid value: "secret": must be a name'),
      ),
      { kind: "invalid", message: "spec.template.spec.containers[0].env[0].name: Invalid value: must be a name" },
    ],
    [
      "a duplicate, without its value",
      status(422, "secret", cause("spec.template.spec.containers[1].name", 'Duplicate value: "secret"')),
      { kind: "invalid", message: "spec.template.spec.containers[1].name: Duplicate value" },
    ],
    [
      "a value that looks like a reason",
      status(422, "x", cause("spec.template.spec.a", 'Duplicate value: "a: secret"')),
      { kind: "invalid", message: "spec.template.spec.a: Duplicate value" },
    ],
    [
      "a value that is one of few",
      status(
        422,
        "x",
        cause("spec.template.spec.a", 'Unsupported value: "secret": supported values: "Always", "Never"'),
      ),
      { kind: "invalid", message: 'spec.template.spec.a: Unsupported value: supported values: "Always", "Never"' },
    ],
    [
      "a field that must be there",
      status(422, "x", cause("spec.template.spec.containers", "Required value")),
      { kind: "invalid", message: "spec.template.spec.containers: Required value" },
    ],
    [
      "a field that may not be there",
      status(422, "x", cause("spec.template.spec.x", "Forbidden: may not be used")),
      { kind: "invalid", message: "spec.template.spec.x: Forbidden: may not be used" },
    ],
    [
      "a field of another type, without the object that is repeated",
      status(
        422,
        "x",
        cause("patch", 'Invalid value: "{\\"env\\":\\"secret\\"}": strict decoding error: unknown field "a"'),
      ),
      { kind: "invalid", message: 'patch: strict decoding error: unknown field "a"' },
    ],
    [
      "a webhook that says no",
      status(400, 'admission webhook "policy" denied the request: no', { reason: "BadRequest" }),
      { kind: "invalid", message: 'admission webhook "policy" denied the request: no' },
    ],
    [
      "a webhook that is dead",
      status(500, 'Internal error occurred: failed calling webhook "policy": timeout', { reason: "InternalError" }),
      { kind: "invalid", message: 'Internal error occurred: failed calling webhook "policy": timeout' },
    ],
  ])("%s", async (_, fate, expected) => {
    const wanted = await patch();
    sim.faults.next({ method: "PATCH", times: 2 }, fate);
    expect(await restoring.patch(of, wanted, never)).toEqual(expected);
    expect((await read()).fence).toBeNull();
  });

  test("credentials that have been renewed meanwhile: it is sent again, and done once", async () => {
    const wanted = await patch();
    sim.faults.next({ method: "PATCH" }, html(401));
    expect(await restoring.patch(of, wanted, never)).toMatchObject({ kind: "applied", live: { fence: "op-1" } });
    expect(sim.audit.filter((it) => it.method === "PATCH")).toHaveLength(1);
  });
});

describe("no certain answer", () => {
  test.each<[string, Fate, string | null]>([
    ["a connection that breaks before anything was done", { kind: "reset" }, null],
    ["a connection that breaks after it was done", { kind: "lose-answer" }, "op-1"],
    ["an error of the server", status(500, "secret"), null],
    ["a timeout of the server", status(504, "secret"), null],
    ["a page of somebody in between", html(502), null],
    ["a refusal of somebody in between", html(403), null],
    ["a path that nobody knows", { kind: "answer", status: 404, body: "404 page not found\n" }, null],
    ["a success that is none", { kind: "answer", status: 200, body: "<html>" }, null],
    ["a success of something else", status(200, "x"), null],
  ])("%s: that is said by rejecting, with a sentence and no secret", async (_, fate, fence) => {
    const wanted = await patch();
    sim.faults.next({ method: "PATCH" }, fate);
    const said = await restoring.patch(of, wanted, never).catch((err: unknown) => err);
    expect(said).toMatchObject({ name: "Failure", message: expect.stringMatching(/./) });
    expect(String(said)).not.toMatch(/secret|html/);
    expect((await read()).fence).toBe(fence);
  });

  test("a server that says nothing until time is up may do it yet", async () => {
    const wanted = await patch();
    sim.faults.freeze();
    await expect(restoring.patch(of, wanted, AbortSignal.timeout(100))).rejects.toMatchObject({ name: "TimeoutError" });
    sim.faults.thaw();
    await expect.poll(async () => (await read()).fence).toBe("op-1");
  });

  test("nothing leaves once it was stopped", async () => {
    const wanted = await patch();
    await expect(restoring.patch(of, wanted, AbortSignal.abort("stop"))).rejects.toBe("stop");
    expect(sim.audit.filter((it) => it.method === "PATCH")).toEqual([]);
  });

  test("reading, deleting and leaving an Event reject too", async () => {
    const event = { name: "e", type: "Normal", reason: "RolledBack", message: "x", at: 0 } as const;
    sim.faults.next({ times: 10 }, html(502));
    await expect(restoring.live(of, never)).rejects.toThrow("the API server answers with an error (502)");
    await expect(restoring.revisions(of, never)).rejects.toThrow("502");
    await expect(restoring.deletePod("shop", { name: "p", uid: "u" }, never)).rejects.toThrow("502");
    await expect(restoring.leaveEvent(of, event, never)).rejects.toThrow("502");
    sim.faults.clear();
    sim.faults.forbid({ verb: "create", resource: "events" });
    const sentence = "we are not allowed to create events in namespace shop (403)";
    await expect(restoring.leaveEvent(of, event, never)).rejects.toThrow(sentence);
    sim.faults.forbid({ verb: "delete", resource: "pods" });
    expect(await restoring.deletePod("shop", { name: "p", uid: "u" }, never)).toBe("refused");
  });
});

const rehearse = async (fate: Fate) => {
  const wanted = await patch();
  sim.faults.next({ method: "PATCH", path: /dryRun=All/, times: 2 }, fate);
  return restoring.rehearse(of, wanted, never);
};

describe("a rehearsal", () => {
  test("a webhook that knows no dry run makes it impossible", async () => {
    const message = 'admission webhook "policy" does not support dry run';
    expect(await rehearse(status(400, message, { reason: "BadRequest" }))).toEqual({ kind: "not possible" });
  });

  test("the server's warnings are its own words", async () => {
    const wanted = await patch();
    const body = { metadata: { uid: "u", generation: 2 }, spec: { template: wanted.seen.template.json } };
    const warning = '299 - "would violate PodSecurity \\"restricted:latest\\": x, y", 299 - "two"';
    const answer = {
      kind: "answer",
      status: 200,
      headers: { warning, "content-type": "application/json" },
      body,
    } as const;
    expect(await rehearse(answer)).toEqual({
      kind: "accepted",
      template: wanted.seen.template.hash,
      warnings: ['would violate PodSecurity "restricted:latest": x, y', "two"],
    });
  });

  test("credentials that are not accepted leave it open", async () => {
    await expect(rehearse(html(401))).rejects.toThrow("does not accept our credentials");
  });
});

test("each request says who sends it, and for which operation", async () => {
  const wanted = await patch();
  await restoring.rehearse(of, wanted, never);
  await restoring.patch(of, wanted, never);
  const query = "fieldManager=whatsrunning&fieldValidation=Strict";
  expect(sim.audit.filter((it) => it.method === "PATCH")).toMatchObject([
    { path: `${path}/web?${query}&dryRun=All`, auditId: "op-1", userAgent: "whatsrunning/0", status: 200 },
    { path: `${path}/web?${query}`, auditId: "op-1", userAgent: "whatsrunning/0", status: 200 },
  ]);
});

const item = (name: string, owner: string, number: string, template: object) => ({
  metadata: {
    name,
    uid: `uid-${name}`,
    annotations: { "deployment.kubernetes.io/revision": number },
    ownerReferences: [{ uid: owner, controller: true, kind: "Deployment", name: "web" }],
  },
  spec: { template },
});
const page = (items: unknown, more = "") =>
  ({ kind: "answer", status: 200, body: { metadata: { continue: more }, items } }) as const;
describe("revisions", () => {
  const on = { method: "GET", path: /replicasets/ };

  test("are read page by page, the newest first by number, and only its own", async () => {
    const { uid, template } = await read();
    const json = Object(template.json);
    sim.faults.next(on, page([item("nine", uid, "9", json), item("foreign", "other", "99", json)], "next"));
    sim.faults.next(on, page([item("ten", uid, "10", json), item("unnumbered", uid, "x", json)]));
    const all = await restoring.revisions(of, never);
    expect(all.map((it) => [it.name, it.number])).toEqual([
      ["ten", 10],
      ["nine", 9],
    ]);
  });

  test("a list that is null is an empty one, and one that never ends is not read for ever", async () => {
    sim.faults.next(on, page(null));
    expect(await restoring.revisions(of, never)).toEqual([]);
    sim.faults.next({ ...on, times: 10 }, page([], "same"));
    await expect(restoring.revisions(of, never)).rejects.toThrow("is not a list that goes on");
  });
});
