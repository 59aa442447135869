import { describe, expect, test } from "vitest";
import { z } from "zod";
import { manifest, type Open, useServer } from "./place.ts";

/** What is looked at beside a workload before it is taken back. */

const review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const metadataAlone = { accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" };
const Nodes = z.object({
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string() }),
        status: z.object({ nodeInfo: z.object({ architecture: z.string() }) }),
      }),
    )
    .min(1),
});

export function surveyingContract(open: Open): void {
  describe.concurrent("surveying", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test("who may do something is told so", async () => {
      const { request, namespace } = await place();
      const resourceAttributes = { namespace, verb: "patch", group: "apps", resource: "deployments", name: "web" };
      const reply = await request("POST", review, { body: { spec: { resourceAttributes } } });
      expect(reply).toMatchObject({ status: 201, json: { spec: { resourceAttributes }, status: { allowed: true } } });
    });

    test("a kind that is not installed is a page of text, and a name that is not there is a Status", async () => {
      const { request, namespace } = await place();
      const none = await request("GET", "/apis/example.invalid/v1/things");
      expect(none).toMatchObject({ status: 404, text: "404 page not found\n", json: undefined });
      const missing = await request("GET", `/api/v1/namespaces/${namespace}/secrets/nobody`, {
        headers: metadataAlone,
      });
      expect(missing).toMatchObject({ status: 404, json: { kind: "Status", reason: "NotFound" } });
    });

    test("an empty list has no items", async () => {
      const { request, namespace } = await place();
      const { json } = await request("GET", `/apis/batch/v1/namespaces/${namespace}/jobs`);
      expect(json).toMatchObject({ kind: "JobList", apiVersion: "batch/v1" });
      expect(z.object({ items: z.array(z.unknown()).nullish() }).parse(json).items ?? []).toEqual([]);
    });

    test("nodes tell their architecture", async () => {
      const { request } = await place();
      const { json } = await request("GET", "/api/v1/nodes?limit=500");
      expect(Nodes.parse(json).items.map((it) => it.status.nodeInfo.architecture)).toContain("amd64");
    });

    test.each([
      ["secrets", "Secret", "/api/v1", { data: { key: "c2VjcmV0" } }],
      ["serviceaccounts", "ServiceAccount", "/api/v1", {}],
      [
        "persistentvolumeclaims",
        "PersistentVolumeClaim",
        "/api/v1",
        { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
      ],
      ["resourcequotas", "ResourceQuota", "/api/v1", { spec: { hard: { pods: "10" } } }],
    ])("of %s the metadata alone is told", async (plural, kind, api, rest) => {
      const { request, namespace } = await place();
      const path = `${api}/namespaces/${namespace}/${plural}`;
      const made = await request("POST", path, {
        body: { kind, apiVersion: "v1", metadata: { name: "one" }, ...rest },
      });
      expect(made.status, made.text).toBe(201);
      const { json } = await request("GET", `${path}/one`, { headers: metadataAlone });
      expect(json).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "one", namespace } });
      expect(json).not.toHaveProperty("data");
      expect(json).not.toHaveProperty("spec");
    });

    test("a HorizontalPodAutoscaler has at least one replica, and a Job is there from its creation", async () => {
      const { request, namespace } = await place();
      const scaler = {
        metadata: { name: "web" },
        spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, maxReplicas: 5 },
      };
      const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
      const made = await request("POST", path, { body: scaler });
      expect(made, made.text).toMatchObject({ status: 201, json: { spec: { minReplicas: 1, maxReplicas: 5 } } });

      const pod = { restartPolicy: "Never", containers: [{ name: "main", image: "ghcr.io/shop/migrate:1" }] };
      const job = { metadata: { name: "migrate" }, spec: { template: { spec: pod } } };
      const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
      expect(await request("POST", jobs, { body: job })).toMatchObject({ status: 201 });
      const unfit = { ...job, spec: { template: { spec: { ...pod, restartPolicy: "Always" } } } };
      expect(await request("POST", jobs, { body: unfit })).toMatchObject({ status: 422 });
      expect(await request("GET", jobs)).toMatchObject({ json: { items: [{ metadata: { name: "migrate" } }] } });
    });

    test("a dry run answers what would be, and nothing is", async () => {
      const { deploy, patch, get, deployments } = await place();
      const before = await deploy();
      const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/shop/web:2" };
      const reply = await patch("web", [image], "?dryRun=All&fieldManager=it&fieldValidation=Strict");
      const { generation = 0, resourceVersion } = before.metadata;
      expect(reply).toMatchObject({
        status: 200,
        json: {
          metadata: { generation: generation + 1 },
          spec: { template: { spec: { containers: [{ image: image.value }] } } },
        },
      });
      expect((await get(`${deployments}/web`)).metadata).toMatchObject({ generation });
      expect(resourceVersion).toBeTruthy();
      const refused = await patch("web", [image], "?dryRun=Some");
      expect(refused.status).toBe(422);
    });

    test("the id that a client chose for the audit log is said back", async () => {
      const { request, deployments } = await place();
      const reply = await request("POST", deployments, { body: manifest(), headers: { "audit-id": "op-1" } });
      expect(reply.headers["audit-id"]).toBe("op-1");
    });
  });
}
