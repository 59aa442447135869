import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { Reply } from "./client.ts";
import { eventually, mergePatch, type Open, type Place, useServer } from "./place.ts";

/** Only what is asked for in this very form is told without its data. */
const one = { accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" };
const many = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
const initial = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

const Owned = z.object({
  metadata: z.object({
    managedFields: z.array(
      z.object({
        manager: z.string(),
        time: z.string(),
        fieldsV1: z.record(z.string(), z.record(z.string(), z.unknown())),
      }),
    ),
  }),
});
const Page = z.object({
  kind: z.string(),
  apiVersion: z.string(),
  metadata: z.object({ continue: z.string().optional(), resourceVersion: z.string() }),
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })),
});

export function configuringContract(open: Open): void {
  describe.concurrent("configuring", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test("a ConfigMap gets a new version with each change of its data, and none without one", async () => {
      const there = await place();
      await configure(there, "web");
      const before = await there.get(`${there.configMaps}/web`);
      expect(before.metadata.generation).toBeUndefined();
      const same = await change(there, "web", { level: "info" });
      expect(same.json).toMatchObject({ metadata: { resourceVersion: before.metadata.resourceVersion } });
      const other = await change(there, "web", { level: "debug" });
      expect(other.json).toMatchObject({ metadata: { uid: before.metadata.uid }, data: { level: "debug", size: "1" } });
      expect(other.json).not.toMatchObject({ metadata: { resourceVersion: before.metadata.resourceVersion } });
      expect(await there.request("DELETE", `${there.configMaps}/web`)).toMatchObject({ status: 200 });
      expect(await there.request("GET", `${there.configMaps}/web`)).toMatchObject({ status: 404 });
    });

    test("managedFields tell who set which key, and when", async () => {
      const there = await place();
      await configure(there, "web");
      await new Promise((resolve) => setTimeout(resolve, 1_100)); // times are told in whole seconds
      await change(there, "web", { level: "debug" }, "beta");
      const { json } = await there.request("GET", `${there.configMaps}/web`);
      const [alpha, beta] = Owned.parse(json).metadata.managedFields;
      expect(alpha).toMatchObject({
        manager: "alpha",
        fieldsV1: { "f:data": { "f:size": {} }, "f:binaryData": { "f:key": {} } },
      });
      expect(alpha?.fieldsV1["f:data"]).not.toHaveProperty("f:level");
      expect(beta).toMatchObject({ manager: "beta", fieldsV1: { "f:data": { "f:level": {} } } });
      expect(Date.parse(beta?.time ?? "")).toBeGreaterThan(Date.parse(alpha?.time ?? ""));
    });

    test("a list of metadata alone has no data in it, page by page", async () => {
      const there = await place();
      for (const name of ["a", "b", "c"]) await configure(there, name);
      const first = await there.request("GET", `${there.configMaps}?limit=2`, { headers: many });
      const page = Page.parse(first.json);
      expect(page).toMatchObject({ kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" });
      expect(page.items.map((it) => it.metadata.name)).toEqual(["a", "b"]);
      for (const it of page.items) {
        expect(Object.keys(it).toSorted()).toEqual(["apiVersion", "kind", "metadata"]);
        expect(it["kind"]).toBe("PartialObjectMetadata");
      }
      const path = `${there.configMaps}?limit=2&continue=${page.metadata.continue}`;
      const rest = Page.parse((await there.request("GET", path, { headers: many })).json);
      expect(rest.items[0]?.metadata.name).toBe("c");
      expect(rest.metadata.resourceVersion).toBe(page.metadata.resourceVersion);
    });

    test("a watch of metadata alone begins with all there is, marks its end, and goes on so", async () => {
      const there = await place();
      await configure(there, "web");
      const lines = await there.watchUntil(
        `${there.configMaps}?${initial}&timeoutSeconds=10`,
        ({ type }) => type === "BOOKMARK",
        one,
      );
      expect(lines.filter(({ object }) => object.metadata.name === "web").map(({ type }) => type)).toEqual(["ADDED"]);
      const end = lines.at(-1)?.object;
      expect(end).toEqual({
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: {
          resourceVersion: expect.stringMatching(/^\d+$/),
          annotations: { "k8s.io/initial-events-end": "true" },
        },
      });

      await change(there, "web", { level: "debug" });
      await there.request("DELETE", `${there.configMaps}/web`);
      const path = `${there.configMaps}?watch=1&timeoutSeconds=10&resourceVersion=${end?.metadata.resourceVersion}`;
      const news = await there.watchUntil(path, ({ type }) => type === "DELETED", one);
      const ours = news.filter(({ object }) => object.metadata.name === "web");
      expect(ours.map(({ type }) => type)).toEqual(["MODIFIED", "DELETED"]);
      for (const { object } of [...lines, ...ours])
        expect(Object.keys(object).toSorted()).toEqual(["apiVersion", "kind", "metadata"]);
    });

    test("a bookmark of such a watch is metadata too", async () => {
      const there = await place();
      await configure(there, "web");
      const { metadata } = await there.get(`${there.configMaps}/web`);
      await change(there, "web", { level: "debug" });
      const from = metadata.resourceVersion;
      const path = `${there.configMaps}?watch=1&allowWatchBookmarks=1&timeoutSeconds=3&resourceVersion=${from}`;
      await eventually(async () => {
        const lines = await there.watchUntil(path, ({ type }) => type === "BOOKMARK", one);
        const bookmark = lines.at(-1); // a busy server can leave it out
        expect(bookmark?.type).toBe("BOOKMARK");
        expect(bookmark?.object).toEqual({
          kind: "PartialObjectMetadata",
          apiVersion: "meta.k8s.io/v1",
          metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
        });
        expect(Number(bookmark?.object.metadata.resourceVersion)).toBeGreaterThan(Number(from));
      });
    });

    test("one object can be read so, and a list only as a list", async () => {
      const there = await place();
      await configure(there, "web");
      const single = await there.request("GET", `${there.configMaps}/web`, { headers: one });
      expect(single).toMatchObject({ status: 200, json: { kind: "PartialObjectMetadata", metadata: { name: "web" } } });
      expect(single.json).not.toHaveProperty("data");
      const refused = await there.request("GET", there.configMaps, { headers: one });
      expect(refused).toMatchObject({ status: 406, json: { kind: "Status", reason: "NotAcceptable" } });
    });

    test("it all goes with its namespace", { timeout: 60_000 }, async () => {
      const there = await place();
      await configure(there, "web");
      await there.request("DELETE", `/api/v1/namespaces/${there.namespace}`);
      // a real controller that finds something left comes back only after a while
      await vi.waitFor(async () => expect(await there.items(there.configMaps)).toEqual([]), { timeout: 50_000 });
    });
  });
}

async function configure({ request, configMaps }: Place, name: string): Promise<void> {
  const body = { metadata: { name }, data: { level: "info", size: "1" }, binaryData: { key: "aGk=" } };
  expect(await request("POST", configMaps, { body, headers: { "user-agent": "alpha/1" } })).toMatchObject({
    status: 201,
  });
}

async function change({ request, configMaps }: Place, name: string, data: object, manager = "alpha"): Promise<Reply> {
  const headers = { "user-agent": `${manager}/1` };
  return request("PATCH", `${configMaps}/${name}`, { body: { data }, type: mergePatch, headers });
}
