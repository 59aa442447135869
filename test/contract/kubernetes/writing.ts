import { describe, expect, test } from "vitest";
import { jsonPatch, manifest, mergePatch, Thing, useServer, type Open } from "./place.ts";

/** As a careful client writes a body: with the characters escaped that Go escapes. */
const escape = (body: unknown) =>
  JSON.stringify(body).replace(
    /[<>&\u2028\u2029]/g,
    (it) => String.raw`\u` + it.charCodeAt(0).toString(16).padStart(4, "0"),
  );

const doesNotApply = {
  status: 422,
  json: {
    message: "the server rejected our request due to an error in our request",
    reason: "Invalid",
    details: {},
    code: 422,
  },
};

export function writingContract(open: Open): void {
  describe.concurrent("writing", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test("fills in the defaults of a Deployment and its pod template", async () => {
      const { deploy } = await place();
      expect(await deploy({ replicas: 2 })).toMatchObject({
        metadata: { generation: 1 },
        spec: {
          replicas: 2,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
          template: {
            spec: {
              containers: [
                {
                  imagePullPolicy: "IfNotPresent",
                  resources: {},
                  terminationMessagePath: "/dev/termination-log",
                  terminationMessagePolicy: "File",
                },
              ],
              restartPolicy: "Always",
              terminationGracePeriodSeconds: 30,
              dnsPolicy: "ClusterFirst",
              securityContext: {},
              schedulerName: "default-scheduler",
            },
          },
        },
      });
    });

    test("refuses a second object of the same name with 409", async () => {
      const { deploy, request, deployments } = await place();
      await deploy();
      const message = 'deployments.apps "web" already exists';
      const reply = await request("POST", deployments, { body: manifest() });
      expect(reply).toMatchObject({ status: 409, json: { message, reason: "AlreadyExists" } });
    });

    test("refuses an object in a namespace that is not there with 404", async () => {
      const { request } = await place();
      const reply = await request("POST", "/apis/apps/v1/namespaces/not-there/deployments", { body: manifest() });
      expect(reply).toMatchObject({ status: 404, json: { message: 'namespaces "not-there" not found' } });
    });

    test("replaces only the version that was read: 409 otherwise", async () => {
      const { deploy, setImage, request, deployments } = await place();
      const read = await deploy();
      await setImage("ghcr.io/shop/web:2");
      const reply = await request("PUT", `${deployments}/web`, { body: read });
      const why = "the object has been modified; please apply your changes to the latest version and try again";
      const message = `Operation cannot be fulfilled on deployments.apps "web": ${why}`;
      expect(reply).toMatchObject({ status: 409, json: { reason: "Conflict", message } });
    });

    test("refuses to change a selector with 422 and the field's name", async () => {
      const { deploy, request, deployments } = await place();
      await deploy();
      const body = { spec: { selector: { matchLabels: { app: "other" } } } };
      const reply = await request("PATCH", `${deployments}/web`, { body, type: mergePatch });
      expect(reply).toMatchObject({ status: 422, json: { reason: "Invalid" } });
      const fields = /"field":"([^"]*)"/g;
      const named = [...reply.text.matchAll(fields)].map(([, field]) => field);
      expect(named).toEqual(["spec.template.metadata.labels", "spec.selector"]);
    });

    test("a refused type names the field `patch`, with the whole object in the message", async () => {
      const { deploy, patch } = await place();
      await deploy();
      const reply = await patch("web", [{ op: "replace", path: "/spec/replicas", value: "many" }]);
      expect(reply).toMatchObject({ status: 422, json: { details: { causes: [{ field: "patch" }] } } });
      expect(reply.text).toContain("terminationMessagePath");
    });

    test("a merge patch merges objects, replaces lists and removes with null", async () => {
      const { deploy, request, deployments } = await place();
      await deploy({ annotations: { a: "1", b: "2" }, labels: { l: "1" } });
      const body = { metadata: { annotations: { a: null, c: "3" } } };
      const { json } = await request("PATCH", `${deployments}/web`, { body, type: mergePatch });
      const { annotations, labels } = Thing.parse(json).metadata;
      expect(annotations).toMatchObject({ b: "2", c: "3" });
      expect(annotations).not.toHaveProperty("a");
      expect(labels).toEqual({ l: "1" });
    });

    test.each(["text/plain", "application/json"])("refuses a patch of type %s with 415", async (type) => {
      const { deploy, request, deployments } = await place();
      await deploy();
      expect(await request("PATCH", `${deployments}/web`, { body: {}, type })).toMatchObject({ status: 415 });
    });

    describe("with JSON Patch", () => {
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

    test("a dry run answers as the real thing, with the next generation, and changes nothing", async () => {
      const { deploy, patch, get, deployments } = await place();
      const { metadata } = await deploy();
      const operations = [
        { op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/shop/web:2" },
      ];
      const reply = await patch("web", operations, "?dryRun=All&fieldManager=dry&fieldValidation=Strict");
      expect(reply).toMatchObject({ status: 200, json: { metadata: { generation: 2 } } });
      expect(reply.text).toContain("ghcr.io/shop/web:2");
      expect((await get(`${deployments}/web`)).metadata).toMatchObject({ uid: metadata.uid, generation: 1 });
    });

    test("a dry run runs the tests too, and knows only `All`", async () => {
      const { deploy, patch } = await place();
      await deploy();
      expect(await patch("web", [{ op: "test", path: "/spec/replicas", value: 9 }], "?dryRun=All")).toMatchObject(
        doesNotApply,
      );
      const message =
        'PatchOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Yes"]: supported values: "All"';
      expect(await patch("web", [], "?dryRun=Yes")).toMatchObject({ status: 422, json: { message } });
    });

    test.each([
      ["spec", [{ op: "replace", path: "/spec/revisionHistoryLimit", value: 3 }], 2],
      ["annotations", [{ op: "add", path: "/metadata/annotations/note", value: "1" }], 2],
      ["labels", [{ op: "add", path: "/metadata/labels", value: { l: "1" } }], 1],
      ["nothing", [{ op: "replace", path: "/spec/replicas", value: 0 }], 1],
    ])("a Deployment's generation after a change of its %s", async (_, operations, generation) => {
      const { deploy, patch } = await place();
      await deploy({ annotations: { here: "1" } });
      const { json } = await patch("web", operations);
      expect(Thing.parse(json).metadata.generation).toBe(generation);
    });

    test("a patch that changes nothing writes nothing", async () => {
      const { deploy, rolledOut, patch } = await place();
      await deploy();
      const { metadata } = await rolledOut();
      const { json } = await patch("web", [{ op: "replace", path: "/spec/replicas", value: 0 }]);
      expect(Thing.parse(json).metadata.resourceVersion).toBe(metadata.resourceVersion);
    });

    test("who changed an image last owns it, by the name of the field manager or the user agent", async () => {
      const { deploy, patch } = await place();
      const created = await deploy();
      expect(ownersOfImage(created)).toEqual(["contract"]);
      const operations = [
        { op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/shop/web:2" },
      ];
      const { json } = await patch("web", operations, "?fieldManager=robot");
      expect(ownersOfImage(Thing.parse(json))).toEqual(["robot"]);
    });

    test("deletes only the object with the right uid: 409 otherwise", async () => {
      const { deploy, request, deployments } = await place();
      const { metadata } = await deploy();
      const remove = async (uid: string) =>
        request("DELETE", `${deployments}/web`, { body: { preconditions: { uid } } });
      const refused = await remove("another");
      expect(refused).toMatchObject({ status: 409, json: { reason: "Conflict" } });
      expect(refused.text).toContain("the UID in the precondition (another) does not match the UID in record");
      expect(await remove(metadata.uid)).toMatchObject({ status: 200, json: { status: "Success" } });
      expect(await request("GET", `${deployments}/web`)).toMatchObject({ status: 404 });
    });

    test("takes no POST on an object and no PUT on a collection", async () => {
      const { request, pods } = await place();
      expect(await request("POST", `${pods}/x`, { body: {} })).toMatchObject({ status: 405 });
      expect(await request("PUT", pods, { body: {} })).toMatchObject({ status: 405 });
    });
  });
}

function ownersOfImage({ metadata }: Thing): readonly string[] {
  const text = JSON.stringify(metadata["managedFields"]);
  const entries: readonly unknown[] = JSON.parse(text);
  return entries
    .map((it) => JSON.stringify(it))
    .flatMap((it) => (it.includes('"f:image"') ? [/"manager":"([^"]*)"/.exec(it)?.[1] ?? ""] : []));
}
