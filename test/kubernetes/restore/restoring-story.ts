import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WholeCluster } from "../../../src/kubernetes/cluster.ts";
import { eventually, manifest, type Open, useServer } from "../../contract/kubernetes/place.ts";
import * as given from "../../core/given.ts";
import { create, patchTo, read, revision, revisionOfLive, twoRevisions } from "./given.ts";
import { openCluster } from "./opening.ts";

/** What the Restoring port does to a workload, on whatever speaks the Kubernetes API. */

const { signal: never } = new AbortController();

export function restoringStory(open: Open): void {
  describe.concurrent("taking a workload back", { timeout: 40_000 }, () => {
    const { place, server } = useServer(open);
    let folder: string;
    let cluster: WholeCluster;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "restoring-"));
      await writeFile(join(folder, "config"), server().kubeconfig);
      cluster = await openCluster(join(folder, "config"));
    });
    afterAll(async () => {
      await cluster.close();
      await rm(folder, { recursive: true });
    });

    test.each(["Deployment", "StatefulSet", "DaemonSet"] as const)("a %s gets its old template", async (kind) => {
      const { of, path, get, restoring } = await twoRevisions(await place(), cluster, kind);
      const live = await read(restoring, of);
      const all = await restoring.revisions(of, never);
      expect(all.map((it) => it.number)).toEqual([2, 1]);
      expect(all[0]?.template.hash).toBe(live.template.hash);
      const looked = await cluster.look(given.workload({ ...of, cluster: "prod-eu" }), never);
      const hashes = looked.flatMap((it) => (it.what === "revision" ? [it.template.hash] : []));
      expect(hashes.toSorted()).toEqual(all.map((it) => it.template.hash).toSorted());

      const target = revision(all, 1);
      const patch = patchTo(live, target, { notes: { "whatsrunning.dev/commit": "c1" } });
      const rehearsal = await restoring.rehearse(of, patch, never);
      expect(rehearsal).toEqual({ kind: "accepted", template: target.template.hash, warnings: [] });
      expect((await read(restoring, of)).template.hash).toBe(live.template.hash);

      const answer = await restoring.patch(of, patch, never);
      expect(answer).toMatchObject({ kind: "applied", live: { fence: "op-1", template: target.template } });
      const after = await get(path);
      expect(after.metadata.annotations).toMatchObject({
        "somebody.else/key": "kept",
        "kubernetes.io/change-cause": "because",
        "whatsrunning.dev/commit": "c1",
        "whatsrunning.dev/operation": "op-1",
      });
      expect(await restoring.patch(of, patch, never)).toEqual({ kind: "moved" });
      await eventually(async () => {
        expect((await restoring.revisions(of, never)).map((it) => [it.number, it.template.hash])).toEqual([
          [3, target.template.hash],
          [2, live.template.hash],
        ]);
      });
    });

    test("one that has no annotations at all is given them", async () => {
      const here = await place();
      const of = { namespace: here.namespace, kind: "StatefulSet", name: "web" } as const;
      await create(here, of, manifest({ image: "ghcr.io/shop/web:1" }));
      const live = await read(cluster.restoring, of);
      expect(live).toMatchObject({ annotations: null, fence: null });
      const target = { ...revisionOfLive(live), template: live.template };
      const patch = patchTo(live, target, { notes: { "whatsrunning.dev/run": null } });
      expect(await cluster.restoring.patch(of, patch, never)).toMatchObject({
        kind: "applied",
        live: { fence: "op-1", annotations: { "kubernetes.io/change-cause": "because" } },
      });
    });

    test("a number of more digits than ours goes back as it came", async () => {
      const here = await place();
      const of = { namespace: here.namespace, kind: "Deployment", name: "web" } as const;
      const most = "9223372036854775807"; // as some write "for ever"
      const body = JSON.stringify(manifest({ pod: { terminationGracePeriodSeconds: 1 } })).replace(
        '"terminationGracePeriodSeconds":1',
        `"terminationGracePeriodSeconds":${most}`,
      );
      expect((await here.request("POST", here.deployments, { body })).status).toBe(201);
      // its controller writes the first annotation a moment later, and what has changed is not patched
      await eventually(async () => expect((await read(cluster.restoring, of)).annotations).not.toBeNull());
      const live = await read(cluster.restoring, of);
      const patch = patchTo(live, revisionOfLive(live));
      expect(await cluster.restoring.patch(of, patch, never)).toMatchObject({ kind: "applied" });
      const { text } = await here.request("GET", `${here.deployments}/web`);
      const sent = JSON.parse(text, (key, value: unknown, context?: { readonly source?: string }) =>
        key === "terminationGracePeriodSeconds" ? context?.source : value,
      );
      expect([most, String(Number(most))]).toContain(Object(sent).spec.template.spec.terminationGracePeriodSeconds);
    });

    test("what was sent before a void can never land, even when the same template is back", async () => {
      const { of, path, request, restoring } = await twoRevisions(await place(), cluster, "Deployment");
      const live = await read(restoring, of);
      const late = patchTo(live, revision(await restoring.revisions(of, never), 1));
      const voided = await restoring.patch(of, { ...late, fence: "void:op-1", change: null }, never);
      expect(voided).toMatchObject({ kind: "applied", live: { fence: "void:op-1", template: live.template } });
      expect(await restoring.patch(of, late, never)).toEqual({ kind: "moved" });
      const gone = await request("DELETE", path);
      expect(gone.status).toBe(200);
      await eventually(async () => expect(await restoring.live(of, never)).toBe("gone"));
      expect(await restoring.patch(of, late, never)).toEqual({ kind: "moved" });
      expect(await restoring.revisions(of, never)).toEqual([]);
    });

    test.each([
      ["paused it", { spec: { paused: true } }],
      ["changed an annotation", { metadata: { annotations: { "somebody.else/key": "new" } } }],
      ["changed the template", { spec: { template: { metadata: { annotations: { a: "b" } } } } }],
    ])("nothing is done when somebody %s meanwhile", async (_, change) => {
      const { of, path, request, restoring } = await twoRevisions(await place(), cluster, "Deployment");
      const live = await read(restoring, of);
      const patch = patchTo(live, revision(await restoring.revisions(of, never), 1));
      const reply = await request("PATCH", path, { body: change, type: "application/merge-patch+json" });
      expect(reply.status).toBe(200);
      const before = await read(restoring, of);
      expect(await restoring.patch(of, patch, never)).toEqual({ kind: "moved" });
      const { template, fence, generation } = before;
      expect(await read(restoring, of)).toMatchObject({ template, fence, generation });
    });

    test("of many that are sent at the same time one lands", async () => {
      const { of, restoring } = await twoRevisions(await place(), cluster, "Deployment");
      const target = revision(await restoring.revisions(of, never), 1);
      const patch = patchTo(await read(restoring, of), target);
      const all = Array.from({ length: 40 }, async () => (await restoring.patch(of, patch, never)).kind);
      const told = (await Promise.all(all)).toSorted();
      expect(told).toEqual(["applied", ...Array.from({ length: 39 }, () => "moved")]);
      expect((await read(restoring, of)).generation).toBe(patch.seen.generation + 1);
    });

    test("scaling it meanwhile is no reason not to go on, once it was read again", async () => {
      const { of, path, request, restoring } = await twoRevisions(await place(), cluster, "Deployment");
      const live = await read(restoring, of);
      const target = revision(await restoring.revisions(of, never), 1);
      await request("PATCH", path, { body: { spec: { replicas: 1 } }, type: "application/merge-patch+json" });
      expect(await restoring.patch(of, patchTo(live, target), never)).toEqual({ kind: "moved" });
      const again = patchTo(await read(restoring, of), target);
      expect(await restoring.patch(of, again, never)).toMatchObject({ kind: "applied" });
    });

    test("a template that the server does not take is refused with the place and the reason, and no value", async () => {
      const { of, restoring } = await twoRevisions(await place(), cluster, "Deployment");
      const live = await read(restoring, of);
      const json = {
        metadata: { labels: { app: "secret-label" } },
        spec: { containers: [{ name: "main", image: "x" }] },
      };
      const wrong = { ...revisionOfLive(live), template: { hash: "", json } };
      const said = {
        kind: "invalid",
        message: "spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`",
      };
      expect(await restoring.rehearse(of, patchTo(live, wrong), never)).toEqual(said);
      expect(await restoring.patch(of, patchTo(live, wrong), never)).toEqual(said);
      const typed = { ...wrong, template: { hash: "", json: { spec: { containers: "secret-value" } } } };
      const answer = await restoring.patch(of, patchTo(live, typed), never);
      expect(answer).toMatchObject({ kind: "invalid" });
      expect(JSON.stringify(answer)).not.toContain("a && b");
    });

    test("a revision is pinned by digest, where it has such a container", async () => {
      const { of, restoring } = await twoRevisions(await place(), cluster, "Deployment");
      const first = revision(await restoring.revisions(of, never), 1);
      const image = `ghcr.io/shop/web@sha256:${"a".repeat(64)}`;
      const pinned = await restoring.revision(of, first.uid, [{ container: "main", image }], never);
      expect(pinned).toMatchObject({ uid: first.uid, template: { json: { spec: { containers: [{ image }] } } } });
      expect(pinned?.template.hash).not.toBe(first.template.hash);
      expect(await restoring.revision(of, first.uid, [], never)).toEqual(first);
      expect(await restoring.revision(of, first.uid, [{ container: "other", image }], never)).toBeNull();
      expect(await restoring.revision(of, "another-uid", [], never)).toBeNull();
    });

    test("a pod is deleted by its uid, and another one of that name is left alone", async () => {
      const { get, request, pods, namespace } = await place();
      const pod = { metadata: { name: "one" }, spec: { containers: [{ name: "main", image: "ghcr.io/shop/web:1" }] } };
      expect((await request("POST", pods, { body: pod })).status).toBe(201);
      const { uid } = (await get(`${pods}/one`)).metadata;
      const { deletePod } = cluster.restoring;
      expect(await deletePod(namespace, { name: "one", uid: "another" }, never)).toBe("not needed");
      expect((await get(`${pods}/one`)).metadata.deletionTimestamp).toBeUndefined();
      expect(await deletePod(namespace, { name: "one", uid }, never)).toBe("done");
      await eventually(async () => expect((await request("GET", `${pods}/one`)).status).toBe(404));
      expect(await deletePod(namespace, { name: "one", uid }, never)).toBe("not needed");
    });

    test("an Event is left once, however often it is asked for", async () => {
      const { of, path, get, items, namespace, restoring } = await twoRevisions(await place(), cluster, "Deployment");
      const at = Date.UTC(2026, 10, 30, 12, 0, 0);
      const event = { name: "op-1-restored", type: "Normal", reason: "RolledBack", message: "By Bob.", at } as const;
      await restoring.leaveEvent(of, event, never);
      await restoring.leaveEvent(of, event, never);
      const events = (await items(`/api/v1/namespaces/${namespace}/events`)).filter(
        (it) => it["reason"] === event.reason,
      );
      const { uid } = (await get(path)).metadata;
      expect(events).toMatchObject([{ message: "By Bob.", involvedObject: { kind: "Deployment", name: "web", uid } }]);
      await restoring.leaveEvent({ ...of, name: "nobody" }, event, never);
    });
  });
}
