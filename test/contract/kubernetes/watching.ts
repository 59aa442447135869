import { describe, expect, test } from "vitest";
import type { Line } from "./client.ts";
import { List, mergePatch, useServer, type Open } from "./place.ts";

const initial = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
const endMark = { "k8s.io/initial-events-end": "true" };

export function watchingContract(open: Open): void {
  describe.concurrent("watching", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test("tells what happened since a list, in order, and nothing twice", async () => {
      const { deploy, request, deployments, setImage, watchUntil } = await place();
      const list = List.parse((await request("GET", deployments)).json);
      await deploy();
      await setImage("ghcr.io/shop/web:2");
      await request("DELETE", `${deployments}/web`);
      const path = `${deployments}?watch=1&resourceVersion=${list.metadata.resourceVersion}&timeoutSeconds=10`;
      const lines = await watchUntil(path, ({ type }) => type === "DELETED");
      expect(lines[0]?.type).toBe("ADDED");
      expect(lines.slice(1, -1).every(({ type }) => type === "MODIFIED")).toBe(true);
      const revisions = lines.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
    });

    test("resumes where another watch ended", async () => {
      const { deploy, deployments, watchUntil } = await place();
      await deploy({ name: "a" });
      const [line] = await watchUntil(`${deployments}?watch=1&timeoutSeconds=10`, ({ type }) => type === "ADDED");
      await deploy({ name: "b" });
      const path = `${deployments}?watch=1&timeoutSeconds=10&resourceVersion=${line?.object.metadata.resourceVersion}`;
      const lines = await watchUntil(path, ({ object }) => object.metadata.name === "b");
      expect(lines.filter(({ type }) => type === "ADDED").map(({ object }) => object.metadata.name)).toEqual(["b"]);
    });

    test("ends cleanly after timeoutSeconds", async () => {
      const { pods, watchUntil } = await place();
      const started = performance.now();
      expect(await watchUntil(`${pods}?watch=1&timeoutSeconds=1`, () => false)).toEqual([]);
      expect(performance.now() - started).toBeGreaterThan(900);
    });

    test("WatchList: everything that is there, then a bookmark that marks the end", async () => {
      const { deploy, deployments, watchUntil } = await place();
      for (const name of ["a", "b"]) await deploy({ name });
      const lines = await watchUntil(`${deployments}?${initial}&timeoutSeconds=10`, ({ type }) => type === "BOOKMARK");
      expect(lines.map(({ type, object }) => [type, object.metadata.name])).toEqual([
        ["ADDED", "a"],
        ["ADDED", "b"],
        ["BOOKMARK", undefined],
      ]);
      const bookmark = lines.at(-1)?.object;
      expect(bookmark?.metadata.annotations).toEqual(endMark);
      expect(Number(bookmark?.metadata.resourceVersion)).toBeGreaterThan(0);
    });

    test("a bookmark is the kind's zero value", async () => {
      const { deployments, pods, watchUntil } = await place();
      const [deployment] = await watchUntil(`${deployments}?${initial}&timeoutSeconds=10`, () => true);
      expect(deployment?.object).toEqual({
        kind: "Deployment",
        apiVersion: "apps/v1",
        metadata: { resourceVersion: expect.any(String), annotations: endMark },
        spec: { replicas: 0, selector: null, template: { metadata: {}, spec: { containers: null } }, strategy: {} },
        status: {},
      });
      const [pod] = await watchUntil(`${pods}?${initial}&timeoutSeconds=10`, () => true);
      expect(pod?.object).toMatchObject({ kind: "Pod", spec: { containers: null }, status: {} });
    });

    test("a bookmark comes two seconds before the timeout, without the end mark", async () => {
      const { deploy, request, deployments, setImage, watch } = await place();
      const list = List.parse((await request("GET", deployments)).json);
      await deploy();
      const path = `${deployments}?watch=1&allowWatchBookmarks=1&timeoutSeconds=6`;
      const started = performance.now();
      const lines: Line[] = [];
      for await (const line of watch(`${path}&resourceVersion=${list.metadata.resourceVersion}`)) {
        lines.push(line);
        if (line.type === "BOOKMARK") break;
        // The server leaves out a bookmark that would say no more than what the watch began with.
        if (line.type === "ADDED") await setImage("ghcr.io/shop/web:2");
      }
      const bookmark = lines.at(-1);
      expect(bookmark?.type).toBe("BOOKMARK");
      expect(Number(bookmark?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(revisionOf(lines.at(-2)));
      expect(bookmark?.object.metadata.annotations).toBeUndefined();
      // Its clock for bookmarks ticks once a second.
      expect(performance.now() - started).toBeGreaterThan(2_900);
    });

    test("refuses sendInitialEvents without resourceVersionMatch", async () => {
      const { request, pods } = await place();
      const why = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
      const message = `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: ${why}`;
      const reply = await request("GET", `${pods}?watch=1&sendInitialEvents=true`);
      expect(reply).toMatchObject({ status: 422, json: { reason: "Invalid", message } });
    });

    test("an object that leaves the selector is DELETED, and ADDED when it comes back", async () => {
      const { deploy, request, deployments, watchUntil } = await place();
      const { metadata } = await deploy({ labels: { tier: "front" } });
      const label = async (tier: string) =>
        request("PATCH", `${deployments}/web`, { body: { metadata: { labels: { tier } } }, type: mergePatch });
      await label("back");
      await label("front");
      const path = `${deployments}?watch=1&labelSelector=tier%3Dfront&timeoutSeconds=10`;
      const seen = await watchUntil(
        `${path}&resourceVersion=${metadata.resourceVersion}`,
        ({ type }) => type === "ADDED",
      );
      const deleted = seen.find(({ type }) => type === "DELETED");
      expect(deleted?.object.metadata).toMatchObject({ name: "web", labels: { tier: "front" } });
      expect(seen.at(-1)?.type).toBe("ADDED");
    });

    test("a revision from the future is met with silence", async () => {
      const { deploy, deployments, watchUntil } = await place();
      await deploy();
      const path = `${deployments}?watch=1&resourceVersion=999999999&timeoutSeconds=1`;
      expect(await watchUntil(path, () => false)).toEqual([]);
    });

    test("a revision that is no number is refused before the stream opens", async () => {
      const { request, pods } = await place();
      expect(await request("GET", `${pods}?watch=1&resourceVersion=abc`)).toMatchObject({
        status: 500,
        json: { code: 500 },
      });
    });
  });
}

function revisionOf(line: Line | undefined): number {
  return Number(line?.object.metadata.resourceVersion);
}
