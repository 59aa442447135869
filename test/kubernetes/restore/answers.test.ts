import { describe, expect, test } from "vitest";
import type { Fate } from "../../../sim/kubernetes/faults.ts";
import type { Patch } from "../../../src/core/operation/step.ts";
import { useStandIn } from "./standing.ts";

/** What is made of each way in which the API server can answer a patch, or not answer it. */

const given = useStandIn();
const { of, path, never, read } = given;

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
    given.sim().faults.next({ method: "PATCH", times: 2 }, fate);
    expect(await given.restoring().patch(of, wanted, never)).toEqual(expected);
    expect((await read()).fence).toBeNull();
  });

  test("credentials that have been renewed meanwhile: it is sent again, and done once", async () => {
    const wanted = await patch();
    given.sim().faults.next({ method: "PATCH" }, html(401));
    expect(await given.restoring().patch(of, wanted, never)).toMatchObject({
      kind: "applied",
      live: { fence: "op-1" },
    });
    expect(given.sim().audit.filter((it) => it.method === "PATCH")).toHaveLength(1);
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
    given.sim().faults.next({ method: "PATCH" }, fate);
    const said = await given
      .restoring()
      .patch(of, wanted, never)
      .catch((err: unknown) => err);
    expect(said).toMatchObject({ name: "Failure", message: expect.stringMatching(/./) });
    expect(String(said)).not.toMatch(/secret|html/);
    expect((await read()).fence).toBe(fence);
  });

  test("a server that says nothing until time is up may do it yet", async () => {
    const wanted = await patch();
    given.sim().faults.freeze();
    await expect(given.restoring().patch(of, wanted, AbortSignal.timeout(100))).rejects.toMatchObject({
      name: "TimeoutError",
    });
    given.sim().faults.thaw();
    await expect.poll(async () => (await read()).fence).toBe("op-1");
  });

  test("nothing leaves once it was stopped", async () => {
    const wanted = await patch();
    await expect(given.restoring().patch(of, wanted, AbortSignal.abort("stop"))).rejects.toBe("stop");
    expect(given.sim().audit.filter((it) => it.method === "PATCH")).toEqual([]);
  });

  test("reading, deleting and leaving an Event reject too", async () => {
    const event = { name: "e", type: "Normal", reason: "RolledBack", message: "x", at: 0 } as const;
    given.sim().faults.next({ times: 10 }, html(502));
    await expect(given.restoring().live(of, never)).rejects.toThrow("the API server answers with an error (502)");
    await expect(given.restoring().revisions(of, never)).rejects.toThrow("502");
    await expect(given.restoring().deletePod("shop", { name: "p", uid: "u" }, never)).rejects.toThrow("502");
    await expect(given.restoring().leaveEvent(of, event, never)).rejects.toThrow("502");
    given.sim().faults.clear();
    given.sim().faults.forbid({ verb: "create", resource: "events" });
    const sentence = "we are not allowed to create events in namespace shop (403)";
    await expect(given.restoring().leaveEvent(of, event, never)).rejects.toThrow(sentence);
    given.sim().faults.forbid({ verb: "delete", resource: "pods" });
    expect(await given.restoring().deletePod("shop", { name: "p", uid: "u" }, never)).toBe("refused");
  });
});

const rehearse = async (fate: Fate) => {
  const wanted = await patch();
  given.sim().faults.next({ method: "PATCH", path: /dryRun=All/, times: 2 }, fate);
  return given.restoring().rehearse(of, wanted, never);
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
  await given.restoring().rehearse(of, wanted, never);
  await given.restoring().patch(of, wanted, never);
  const query = "fieldManager=whatsrunning&fieldValidation=Strict";
  expect(given.sim().audit.filter((it) => it.method === "PATCH")).toMatchObject([
    { path: `${path}/web?${query}&dryRun=All`, auditId: "op-1", userAgent: "whatsrunning/0", status: 200 },
    { path: `${path}/web?${query}`, auditId: "op-1", userAgent: "whatsrunning/0", status: 200 },
  ]);
});
