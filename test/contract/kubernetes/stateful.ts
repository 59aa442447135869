import { describe, expect, test } from "vitest";
import { z } from "zod";
import { eventually, manifest, useServer, type Open, type Place, type Thing } from "./place.ts";

/** Workloads that keep their templates as ControllerRevisions. */

const label = "controller-revision-hash";
const Revision = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
    ownerReferences: z.array(z.looseObject({ uid: z.string(), controller: z.boolean() })),
  }),
  data: z.object({ spec: z.object({ template: z.looseObject({ $patch: z.literal("replace"), spec: z.unknown() }) }) }),
  revision: z.number(),
});
const Revisions = z.object({ items: z.array(Revision) });

export function statefulContract(open: Open): void {
  describe.concurrent("StatefulSets and DaemonSets", { timeout: 40_000 }, () => {
    const { place } = useServer(open);

    test.each(["statefulsets", "daemonsets"] as const)("%s keep their template as it is, as a patch", async (kind) => {
      const here = await stateful(place, kind);
      await here.make({ annotations: { "kubernetes.io/change-cause": "first" } });
      await here.settled(":1");
      const [workload, [revision, ...more]] = [await here.read(), await here.revisions()];
      expect(more).toEqual([]);
      const { $patch, ...template } = revision?.data.spec.template ?? {};
      expect(template).toEqual(workload.spec?.template);
      expect({ $patch, number: revision?.revision }).toEqual({ $patch: "replace", number: 1 });
      expect(revision?.metadata.ownerReferences).toMatchObject([{ uid: workload.metadata.uid, controller: true }]);
      expect(revision?.metadata.annotations).toMatchObject({ "kubernetes.io/change-cause": "first" });
    });

    test("a StatefulSet's pods carry the revision's name, and are called by their ordinals", async () => {
      const here = await stateful(place, "statefulsets");
      await here.make();
      await here.settled(":1");
      const [revision] = await here.revisions();
      const pods = (await here.items(here.pods)).toSorted(byName);
      expect(pods.map((it) => [it.metadata.name, it.metadata.labels?.[label]])).toEqual([
        ["db-0", revision?.metadata.name],
        ["db-1", revision?.metadata.name],
      ]);
      expect((await here.read()).status).toMatchObject({
        currentRevision: revision?.metadata.name,
        updateRevision: revision?.metadata.name,
        replicas: 2,
        readyReplicas: 2,
        updatedReplicas: 2,
        availableReplicas: 2,
      });
    });

    test("a DaemonSet's pods carry the revision's hash, one on each node", async () => {
      const here = await stateful(place, "daemonsets");
      await here.make();
      await here.settled(":1");
      const [revision] = await here.revisions();
      const pods = await here.items(here.pods);
      expect(new Set(pods.map((it) => it.metadata.labels?.[label]))).toEqual(
        new Set([revision?.metadata.labels[label]]),
      );
      expect((await here.read()).status?.["desiredNumberScheduled"]).toBe(pods.length);
    });

    test.each(["statefulsets", "daemonsets"] as const)("%s give an old revision a new number", async (kind) => {
      const here = await stateful(place, kind);
      await here.make({ annotations: { "kubernetes.io/change-cause": "first" } });
      for (const tag of [":1", ":2", ":1"]) {
        await here.ship(tag);
        await here.settled(tag);
      }
      const revisions = (await here.revisions()).map((it) => [imageIn(it), it.revision] as const);
      expect(new Map(revisions)).toEqual(new Map([[":1", 3] as const, [":2", 2] as const]));
      expect(revisions).toHaveLength(2);
    });

    test("a returned revision keeps the annotations of its first time", async () => {
      const here = await stateful(place, "statefulsets");
      await here.make({ annotations: { "kubernetes.io/change-cause": "first" } });
      await here.settled(":1");
      await here.change([{ op: "replace", path: "/metadata/annotations/kubernetes.io~1change-cause", value: "third" }]);
      await here.ship(":2");
      await here.settled(":2");
      await here.ship(":1");
      await here.settled(":1");
      const first = (await here.revisions()).find((it) => imageIn(it) === ":1");
      expect(first).toMatchObject({
        revision: 3,
        metadata: { annotations: { "kubernetes.io/change-cause": "first" } },
      });
    });

    test("a partition keeps the pods below it", async () => {
      const here = await stateful(place, "statefulsets");
      await here.make({ spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } } });
      await here.settled(":1");
      await here.ship(":2");
      await eventually(async () => expect(await here.images()).toEqual([":1", ":2"]));
      await eventually(async () => expect((await here.read()).status).toMatchObject({ readyReplicas: 2 }));
      const { status } = await here.read();
      expect(status).toMatchObject({ updatedReplicas: 1, currentReplicas: 1 });
      expect(status?.["updateRevision"]).not.toBe(status?.["currentRevision"]);
    });

    test("OnDelete replaces only what somebody deletes", async () => {
      const here = await stateful(place, "statefulsets");
      await here.make({ spec: { updateStrategy: { type: "OnDelete" } } });
      await here.settled(":1");
      await here.ship(":2");
      await eventually(async () => expect(await here.isObserved()).toBe(true));
      expect(await here.images()).toEqual([":1", ":1"]);
      await here.request("DELETE", `${here.pods}/db-0`);
      await eventually(async () => expect(await here.images()).toEqual([":2", ":1"]));
    });

    test("a broken pod holds up everything, also the way back, until somebody deletes it", async () => {
      const here = await stateful(place, "statefulsets");
      await here.make();
      await here.settled(":1");
      await here.ship(":2-no-pull");
      await eventually(async () => expect(await here.images()).toEqual([":1", ":2-no-pull"]));
      await here.ship(":1");
      await eventually(async () => expect(await here.isObserved()).toBe(true));
      const { status } = await here.read();
      const broken = await here.get(`${here.pods}/db-1`);
      expect(broken.metadata.labels?.[label]).not.toBe(status?.["updateRevision"]);
      expect(broken.metadata.deletionTimestamp).toBeUndefined();
      await here.request("DELETE", `${here.pods}/db-1`);
      await here.settled(":1");
    });

    test("pods that do not wait for each other recover by themselves", async () => {
      const here = await stateful(place, "statefulsets");
      await here.make({ spec: { podManagementPolicy: "Parallel" } });
      await here.settled(":1");
      await here.ship(":2-no-pull");
      await eventually(async () => expect(await here.images()).toContain(":2-no-pull"));
      await here.ship(":1");
      await here.settled(":1");
    });

    test("a broken DaemonSet recovers by itself", async () => {
      const here = await stateful(place, "daemonsets");
      await here.make();
      await here.settled(":1");
      await here.ship(":2-no-pull");
      await eventually(async () => expect(await here.images()).toContain(":2-no-pull"));
      await here.ship(":1");
      await here.settled(":1");
    });

    test("deleting a StatefulSet takes its revisions and pods along", async () => {
      const here = await stateful(place, "statefulsets");
      await here.make();
      await here.settled(":1");
      await here.request("DELETE", here.path);
      await eventually(async () => expect(await here.revisions()).toEqual([]));
      await eventually(async () => expect(await here.items(here.pods)).toEqual([]));
    });
  });
}

type Make = {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
};

async function stateful(place: () => Promise<Place>, kind: "statefulsets" | "daemonsets") {
  const here = await place();
  const apps = `/apis/apps/v1/namespaces/${here.namespace}`;
  const path = `${apps}/${kind}/db`;
  const { spec: base } = manifest({ name: "db", image: "ghcr.io/shop/db:1" });
  const { replicas: _replicas, ...daemon } = base;

  const change = async (body: unknown) =>
    expect(await here.request("PATCH", path, { body, type: "application/json-patch+json" })).toMatchObject({
      status: 200,
    });
  const read = async () => here.get(path);
  const images = async () => (await here.items(here.pods)).toSorted(byName).map(imageIn);
  const isObserved = async () => {
    const { metadata, status } = await read();
    return status?.observedGeneration === metadata.generation;
  };

  return {
    ...here,
    path,
    change,
    read,
    images,
    isObserved,
    revisions: async () => Revisions.parse((await here.request("GET", `${apps}/controllerrevisions`)).json).items,
    async make({ annotations = {}, spec = {} }: Make = {}) {
      const own = kind === "statefulsets" ? { ...base, replicas: 2, serviceName: "db" } : daemon;
      const body = { metadata: { name: "db", annotations }, spec: { ...own, ...spec } };
      expect(await here.request("POST", `${apps}/${kind}`, { body })).toMatchObject({ status: 201 });
    },
    ship: async (tag: string) =>
      change([{ op: "replace", path: "/spec/template/spec/containers/0/image", value: `ghcr.io/shop/db${tag}` }]),
    /** Until every pod that is wanted runs that tag and is ready. */
    async settled(tag: string) {
      await eventually(async () => {
        const { status = {} } = await read();
        const wanted = kind === "statefulsets" ? 2 : Number(status["desiredNumberScheduled"]);
        expect(await isObserved()).toBe(true);
        expect(status["readyReplicas"] ?? status["numberReady"]).toBe(wanted);
        expect(status["updatedReplicas"] ?? status["updatedNumberScheduled"]).toBe(wanted);
        expect(await images()).toEqual(Array<string>(wanted).fill(tag));
      });
    },
  };
}

function byName(a: Thing, b: Thing): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** The tag of its one container. */
function imageIn(object: unknown): string {
  return /"image":"ghcr\.io\/shop\/db(:[^"]*)"/.exec(JSON.stringify(object))?.[1] ?? "";
}
