import { describe, expect, test } from "vitest";
import { doesNotApply, manifest, mergePatch, Thing, useServer, type Open } from "./place.ts";

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
