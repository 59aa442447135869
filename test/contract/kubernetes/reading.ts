import { describe, expect, test } from "vitest";
import { eventually, List, useServer, type Open } from "./place.ts";

export function readingContract(open: Open): void {
  describe.concurrent("reading", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test("gives the cluster an identity: the uid of kube-system", async () => {
      const { get } = await place();
      const { metadata } = await get("/api/v1/namespaces/kube-system");
      expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    });

    test.each(["/version", "/api", "/apis", "/apis/apps/v1"])("answers %s", async (path) => {
      const { request } = await place();
      expect(await request("GET", path)).toMatchObject({ status: 200, json: expect.any(Object) });
    });

    test("refuses a token that it does not know with 401", async () => {
      const { request, pods } = await place();
      const reply = await request("GET", pods, { headers: { authorization: "Bearer wrong" } });
      const json = { kind: "Status", status: "Failure", message: "Unauthorized", reason: "Unauthorized", code: 401 };
      expect(reply).toMatchObject({ status: 401, json });
    });

    test("says 404 with the kind and the name for an object that is not there", async () => {
      const { request, deployments } = await place();
      const reply = await request("GET", `${deployments}/none`);
      expect(reply.status).toBe(404);
      expect(reply.json).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'deployments.apps "none" not found',
        reason: "NotFound",
        details: { name: "none", group: "apps", kind: "deployments" },
        code: 404,
      });
    });

    test("says 404 as a Status for a kind it does not know in a group it knows", async () => {
      const { request } = await place();
      const message = "the server could not find the requested resource";
      expect(await request("GET", "/apis/apps/v1/nope")).toMatchObject({ status: 404, json: { message, details: {} } });
    });

    test("says 404 as plain text for a group it does not know", async () => {
      const { request } = await place();
      const reply = await request("GET", "/apis/nope.example/v1/things");
      expect(reply).toMatchObject({ status: 404, text: "404 page not found\n" });
      expect(reply.headers["content-type"]).toContain("text/plain");
    });

    test("lists nothing, without an error, in a namespace that is not there", async () => {
      const { request } = await place();
      const reply = await request("GET", "/apis/apps/v1/namespaces/not-there/deployments");
      expect(reply).toMatchObject({ status: 200, json: { kind: "DeploymentList", items: [] } });
    });

    test("leaves kind and apiVersion out of list items", async () => {
      const { deploy, items, deployments } = await place();
      await deploy();
      const [item] = await items(deployments);
      expect(item).not.toHaveProperty("kind");
      expect(item).not.toHaveProperty("apiVersion");
    });

    test("writes & < > escaped, as Go does", async () => {
      const { deploy, request, deployments } = await place();
      await deploy({ command: ["sh", "-c", "a && b > c"] });
      const { text } = await request("GET", `${deployments}/web`);
      expect(text).toContain(String.raw`a \u0026\u0026 b \u003e c`);
    });

    test("pages a list: every page shows one moment, the last has no token", async () => {
      const { deploy, request, deployments } = await place();
      for (const name of ["a", "b", "c"]) await deploy({ name });
      const first = List.parse((await request("GET", `${deployments}?limit=2`)).json);
      expect(first.items.map((it) => it.metadata.name)).toEqual(["a", "b"]);
      expect(first.metadata).toMatchObject({ remainingItemCount: 1 });
      await request("DELETE", `${deployments}/c`);
      await deploy({ name: "d" });

      const rest = await request("GET", `${deployments}?limit=2&continue=${first.metadata.continue}`);
      const second = List.parse(rest.json);
      expect(second.items.map((it) => it.metadata.name)).toEqual(["c"]); // deleted since, and d is newer
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      expect(second.metadata.continue).toBeUndefined();
    });

    test("ignores the limit with resourceVersion=0", async () => {
      const { deploy, request, deployments } = await place();
      for (const name of ["a", "b", "c"]) await deploy({ name });
      const poll = async () => List.parse((await request("GET", `${deployments}?limit=1&resourceVersion=0`)).json);
      await eventually(async () => expect((await poll()).items.length).toBe(3));
      expect((await poll()).metadata.continue).toBeUndefined();
    });

    test("refuses a token that it did not make", async () => {
      const { request, pods } = await place();
      const reply = await request("GET", `${pods}?limit=1&continue=abc`);
      expect(reply).toMatchObject({ status: 400, json: { reason: "BadRequest" } });
      expect(reply.text).toContain("invalid continue token: continue key is not valid");
    });

    test("refuses a limit that is no number", async () => {
      const { request, pods } = await place();
      const message = 'strconv.ParseInt: parsing "x": invalid syntax';
      expect(await request("GET", `${pods}?limit=x`)).toMatchObject({ status: 400, json: { message } });
    });

    test.each([
      ["tier=front", ["a"]],
      ["tier!=front", ["b", "c"]],
      ["tier in (front,back)", ["a", "b"]],
      ["tier notin (front)", ["b", "c"]],
      ["tier", ["a", "b"]],
      ["!tier", ["c"]],
      ["tier==back,app!=x", ["b"]],
    ])("selects by labels: %s", async (selector, names) => {
      const { deploy, items, deployments } = await place();
      await deploy({ name: "a", labels: { tier: "front" } });
      await deploy({ name: "b", labels: { tier: "back" } });
      await deploy({ name: "c" });
      const found = await items(`${deployments}?labelSelector=${encodeURIComponent(selector)}`);
      expect(found.map((it) => it.metadata.name)).toEqual(names);
    });

    test("selects by name, and refuses fields that it does not index", async () => {
      const { deploy, items, request, deployments } = await place();
      await deploy({ name: "a" });
      await deploy({ name: "b" });
      const found = await items(`${deployments}?fieldSelector=metadata.name%3Db`);
      expect(found.map((it) => it.metadata.name)).toEqual(["b"]);
      const refused = await request("GET", `${deployments}?fieldSelector=metadata.foo%3Db`);
      const known = 'only "metadata.name", "metadata.namespace"';
      expect(refused).toMatchObject({
        status: 400,
        json: { message: `"metadata.foo" is not a known field selector: ${known}` },
      });
    });

    test("has no remainingItemCount where a selector is used", async () => {
      const { deploy, request, deployments } = await place();
      for (const name of ["a", "b"]) await deploy({ name, labels: { tier: "front" } });
      const page = List.parse((await request("GET", `${deployments}?limit=1&labelSelector=tier`)).json);
      expect(page.metadata.continue).toBeDefined();
      expect(page.metadata).not.toHaveProperty("remainingItemCount");
    });
  });
}
