import { describe, expect, test } from "vitest";
import { doesNotApply, jsonPatch, useServer, type Open } from "./place.ts";

/** As a careful client writes a body: with the characters escaped that Go escapes. */
const escape = (body: unknown) =>
  JSON.stringify(body).replace(
    /[<>&\u2028\u2029]/g,
    (it) => String.raw`\u` + it.charCodeAt(0).toString(16).padStart(4, "0"),
  );

export function patchingContract(open: Open): void {
  describe.concurrent("JSON Patch", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test.each([
      ["a value that is there", { op: "test", path: "/spec/replicas", value: 0 }],
      ["null for an absent member", { op: "test", path: "/spec/paused", value: null }],
      [
        "an object, whatever the order of its keys",
        { op: "test", path: "/spec/strategy/rollingUpdate", value: { maxUnavailable: "25%", maxSurge: "25%" } },
      ],
      ["replace on an absent member, which adds it", { op: "replace", path: "/metadata/labels/new", value: "1" }],
      [
        "add at the end of a list",
        { op: "add", path: "/spec/template/spec/containers/-", value: { name: "two", image: "x" } },
      ],
      ["copy", { op: "copy", from: "/metadata/labels/tier", path: "/metadata/labels/copied" }],
      ["move", { op: "move", from: "/metadata/labels/tier", path: "/metadata/labels/moved" }],
    ])("accepts %s", async (_, operation) => {
      const { deploy, patch } = await place();
      await deploy({ labels: { tier: "front" } });
      const reply = await patch("web", [operation]);
      expect(reply).toMatchObject({ status: 200 });
    });

    test.each([
      ["a test of another value", { op: "test", path: "/spec/replicas", value: 1 }],
      ["a test of a number of another type", { op: "test", path: "/spec/replicas", value: "0" }],
      [
        "a test of an object with a member less",
        { op: "test", path: "/spec/strategy/rollingUpdate", value: { maxSurge: "25%" } },
      ],
      [
        "a test of an object with a null more",
        {
          op: "test",
          path: "/spec/strategy/rollingUpdate",
          value: { maxUnavailable: "25%", maxSurge: "25%", x: null },
        },
      ],
      ["a test under an absent parent", { op: "test", path: "/spec/nope/x", value: null }],
      ["an add under an absent parent", { op: "add", path: "/spec/nope/x", value: 1 }],
      ["a remove of an absent member", { op: "remove", path: "/spec/paused" }],
      ["an operation that is none", { op: "zap", path: "/spec/replicas", value: 1 }],
    ])("refuses %s with 422, and does not say which", async (_, operation) => {
      const { deploy, patch } = await place();
      await deploy();
      expect(await patch("web", [operation])).toMatchObject(doesNotApply);
    });

    test("compares scalars by their bytes: 0.0 is not 0", async () => {
      const { deploy, request, deployments } = await place();
      await deploy();
      const body = '[{"op":"test","path":"/spec/replicas","value":0.0}]';
      expect(await request("PATCH", `${deployments}/web`, { body, type: jsonPatch })).toMatchObject(doesNotApply);
    });

    test.each(["a && b", "x < y > z", "line\u2028para\u2029", 'ünïcødé " \\ \t'])(
      "a template with %j passes its test only when escaped as Go does",
      async (script) => {
        const { deploy, request, deployments } = await place();
        const { spec } = await deploy({ command: ["sh", "-c", script] });
        const operations = [{ op: "test", path: "/spec/template", value: spec?.template }];
        const send = async (body: string) => request("PATCH", `${deployments}/web`, { body, type: jsonPatch });
        expect(await send(escape(operations))).toMatchObject({ status: 200 });
        const differs = escape(operations) !== JSON.stringify(operations);
        expect((await send(JSON.stringify(operations))).status).toBe(differs ? 422 : 200);
      },
    );

    test("does all of a patch or nothing", async () => {
      const { deploy, patch, get, deployments } = await place();
      await deploy({ labels: { tier: "front" } });
      const reply = await patch("web", [
        { op: "add", path: "/metadata/labels/new", value: "1" },
        { op: "test", path: "/metadata/labels/tier", value: "back" },
      ]);
      expect(reply).toMatchObject(doesNotApply);
      expect((await get(`${deployments}/web`)).metadata.labels).toEqual({ tier: "front" });
    });

    test("of many patches with one test exactly one is done", async () => {
      const { deploy, patch } = await place();
      await deploy({ labels: { turn: "0" } });
      const replies = await Promise.all(
        Array.from({ length: 10 }, async (_, index) =>
          patch("web", [
            { op: "test", path: "/metadata/labels/turn", value: "0" },
            { op: "replace", path: "/metadata/labels/turn", value: `by-${index}` },
          ]),
        ),
      );
      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        200,
        ...Array<number>(9).fill(422),
      ]);
    });

    test.each([
      [
        "an object",
        '{"a":1}',
        "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
      ],
      ["broken JSON", "{nope", "invalid JSON patch"],
    ])("refuses %s with 400", async (_, body, message) => {
      const { deploy, request, deployments } = await place();
      await deploy();
      const reply = await request("PATCH", `${deployments}/web`, { body, type: jsonPatch });
      expect(reply).toMatchObject({ status: 400, json: { reason: "BadRequest", message } });
    });

    test("setting an old resourceVersion is a conflict, testing it is not", async () => {
      const { deploy, patch } = await place();
      await deploy();
      const set = await patch("web", [{ op: "replace", path: "/metadata/resourceVersion", value: "1" }]);
      expect(set).toMatchObject({ status: 409, json: { reason: "Conflict" } });
      const tested = await patch("web", [{ op: "test", path: "/metadata/resourceVersion", value: "1" }]);
      expect(tested).toMatchObject(doesNotApply);
    });

    test("refuses to change the uid", async () => {
      const { deploy, patch } = await place();
      await deploy();
      const reply = await patch("web", [{ op: "replace", path: "/metadata/uid", value: "1" }]);
      const message = 'Deployment.apps "web" is invalid: metadata.uid: Invalid value: "1": field is immutable';
      expect(reply).toMatchObject({ status: 422, json: { message } });
    });
  });
}
