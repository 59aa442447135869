import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WholeCluster } from "../../../src/kubernetes/cluster.ts";
import type { Surveying } from "../../../src/ports/rollback.ts";
import { eventually, manifest, type Open, useServer } from "../../contract/kubernetes/place.ts";
import { openCluster } from "../restore/opening.ts";

/** What the Surveying port learns, on whatever speaks the Kubernetes API. */

const { signal: never } = new AbortController();
const claim = { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };

export function surveyingStory(open: Open): void {
  describe.concurrent("surveying a workload", { timeout: 30_000 }, () => {
    const { place, server } = useServer(open);
    let folder: string;
    let cluster: WholeCluster;
    let survey: Surveying;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "surveying-"));
      await writeFile(join(folder, "config"), server().kubeconfig);
      cluster = await openCluster(join(folder, "config"));
      survey = cluster.surveying;
    });
    afterAll(async () => {
      await cluster.close();
      await rm(folder, { recursive: true });
    });

    test("what a template refers to is there, or it is missing", async () => {
      const { request, namespace } = await place();
      const make = async (plural: string, body: object) => {
        const reply = await request("POST", `/api/v1/namespaces/${namespace}/${plural}`, { body });
        expect(reply.status, reply.text).toBe(201);
      };
      await make("configmaps", { metadata: { name: "there" } });
      await make("secrets", { metadata: { name: "there" } });
      await make("serviceaccounts", { metadata: { name: "there" } });
      await make("persistentvolumeclaims", { metadata: { name: "there" }, ...claim });
      const priority = { metadata: { name: `class-${namespace}` }, value: 1 };
      const classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
      expect((await request("POST", classes, { body: priority })).status).toBe(201);

      const kinds = ["ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"] as const;
      const all = ["there", "nobody"].flatMap((name) => kinds.map((kind) => ({ kind, name, optional: false })));
      const found = await survey.references(
        namespace,
        [...all, { kind: "PriorityClass", name: priority.metadata.name, optional: true }],
        never,
      );
      await request("DELETE", `${classes}/${priority.metadata.name}`);
      expect(found.map((it) => `${it.kind} ${it.is.kind === "known" ? it.is.value : it.is.because}`)).toEqual([
        ...kinds.map((it) => `${it} there`),
        ...kinds.map((it) => `${it} missing`),
        "PriorityClass there",
      ]);
      expect(found.at(-1)?.optional).toBe(true);
    });

    test("our account may do what it may do", async () => {
      const { namespace } = await place();
      expect(await survey.permissions({ namespace, kind: "Deployment", name: "web" }, never)).toEqual({
        kind: "known",
        value: { patch: true, deletePods: true, createEvents: true },
      });
    });

    test("owners are told by labels, annotations, a controller and the managers of fields", async () => {
      const { request, deployments, namespace } = await place();
      const annotations = { "meta.helm.sh/release-name": "shop" };
      const { metadata, ...rest } = manifest({ labels: { "app.kubernetes.io/managed-by": "Helm" }, annotations });
      const by = {
        apiVersion: "example.org/v1",
        kind: "Shop",
        uid: "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        name: "it",
      };
      const owned = { ...rest, metadata: { ...metadata, ownerReferences: [{ ...by, controller: true }] } };
      expect((await request("POST", `${deployments}?fieldManager=helm`, { body: owned })).status).toBe(201);
      const of = { namespace, kind: "Deployment", name: "web" } as const;
      expect(await survey.owners(of, never)).toMatchObject({
        kind: "known",
        value: {
          labels: { "app.kubernetes.io/managed-by": "Helm" },
          annotations,
          controller: { apiVersion: "example.org/v1", kind: "Shop", name: "it" },
          managers: [{ name: "helm", operation: "Update" }],
        },
      });
      expect(await survey.owners({ ...of, name: "nobody" }, never)).toEqual({
        kind: "no answer",
        because: "there is no Deployment nobody any more",
      });
    });

    test("architectures are those of the nodes", async () => {
      const answer = await survey.architectures(never);
      expect(answer).toMatchObject({ kind: "known" });
      expect(answer.kind === "known" && answer.value).toContain("amd64");
    });

    test("what scales a workload, what limits its namespace and which Jobs ran there is learnt", async () => {
      const { request, namespace } = await place();
      const of = { namespace, kind: "Deployment", name: "web" } as const;
      expect(await survey.scaling(of, never)).toEqual({ kind: "known", value: null });
      expect(await survey.quotas(namespace, never)).toEqual({ kind: "known", value: [] });
      expect(await survey.jobs(namespace, 0, never)).toEqual({ kind: "known", value: [] });

      const target = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
      const scaler = { metadata: { name: "web" }, spec: { scaleTargetRef: target, minReplicas: 2, maxReplicas: 5 } };
      const scalers = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
      expect((await request("POST", scalers, { body: scaler })).status).toBe(201);
      expect(await survey.scaling(of, never)).toMatchObject({ value: { name: "web", min: 2, max: 5 } });
      expect(await survey.scaling({ ...of, kind: "StatefulSet" }, never)).toEqual({ kind: "known", value: null });

      const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
      const body = { metadata: { name: "q" }, spec: { hard: { pods: "10" } } };
      expect((await request("POST", path, { body })).status).toBe(201);
      const status = { hard: { pods: "10" }, used: { pods: "8" } };
      await request("PATCH", `${path}/q/status`, { body: { status }, type: "application/merge-patch+json" });
      await eventually(async () =>
        expect(await survey.quotas(namespace, never)).toMatchObject({
          value: [{ name: "q", resource: "pods", hard: "10" }],
        }),
      );

      const pod = { restartPolicy: "Never", containers: [{ name: "main", image: "ghcr.io/shop/migrate:1" }] };
      const job = { metadata: { name: "migrate" }, spec: { template: { spec: pod } } };
      expect((await request("POST", `/apis/batch/v1/namespaces/${namespace}/jobs`, { body: job })).status).toBe(201);
      const hour = 3_600_000;
      expect(await survey.jobs(namespace, Date.now() - hour, never)).toMatchObject({ value: [{ name: "migrate" }] });
      expect(await survey.jobs(namespace, Date.now() + hour, never)).toEqual({ kind: "known", value: [] });
    });

    test("a cluster without Argo CD says so, and does not stand for another", async () => {
      expect(await survey.argo("shop", never)).toEqual({
        kind: "no answer",
        because: "this cluster knows no Applications: the Argo CD that manages it may be in another one",
      });
    });
  });
}
