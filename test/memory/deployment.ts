import { expect, vi } from "vitest";
import { z } from "zod";
import type { Client } from "../contract/kubernetes/client.ts";

const Deployment = z.looseObject({
  metadata: z.looseObject({ uid: z.string(), generation: z.number() }),
  spec: z.looseObject({ replicas: z.number(), template: z.unknown() }),
  status: z.looseObject({
    observedGeneration: z.number().default(0),
    replicas: z.number().default(0),
    updatedReplicas: z.number().default(0),
    availableReplicas: z.number().default(0),
  }),
});
const ReplicaSets = z.object({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
      spec: z.looseObject({
        template: z.looseObject({
          metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
          spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }),
        }),
      }),
    }),
  ),
});
const Pods = z.object({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ deletionTimestamp: z.string().optional() }),
      status: z.looseObject({ containerStatuses: z.array(z.looseObject({ imageID: z.string() })).default([]) }),
    }),
  ),
});

const merge = "application/strategic-merge-patch+json";

/** A Deployment called checkout with two pods, and what people do to it. */
export async function createCheckout({ request }: Client, namespace: string, image: string) {
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const path = `${apps}/deployments/checkout`;
  const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
  await send("POST", configMaps, { metadata: { name: "checkout-config" }, data: { level: "1" } });
  await send("POST", `${apps}/deployments`, {
    metadata: { name: "checkout" },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "checkout" } },
      template: {
        metadata: { labels: { app: "checkout" } },
        spec: {
          containers: [{ name: "app", image, envFrom: [{ configMapRef: { name: "checkout-config" } }] }],
        },
      },
    },
  });

  async function send(method: string, at: string, body: object, type?: string): Promise<void> {
    const reply = await request(method, at, { body, ...(type !== undefined && { type }) });
    expect(reply.status, reply.text).toBeLessThan(300);
  }

  async function read() {
    return Deployment.parse((await request("GET", path)).json);
  }

  async function change(template: object): Promise<void> {
    await send("PATCH", path, { spec: { template } }, merge);
  }

  /** The revisions by their number, as `kubectl rollout history` has them. */
  async function revisions() {
    const { items } = ReplicaSets.parse((await request("GET", `${apps}/replicasets`)).json);
    const numbered = items.map(
      (it) => [Number(it.metadata.annotations["deployment.kubernetes.io/revision"]), it] as const,
    );
    return new Map(numbered.toSorted(([a], [b]) => a - b));
  }

  return {
    revisions,
    run: async (other: string) => change({ spec: { containers: [{ name: "app", image: other }] } }),
    restart: async (at: string) => change({ metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at } } }),
    configure: async (level: string) =>
      send("PATCH", `${configMaps}/checkout-config`, { data: { level } }, "application/merge-patch+json"),
    /** As `kubectl rollout undo` does it. */
    async undo(): Promise<void> {
      const [, before] = [...(await revisions()).values()].toReversed();
      if (!before) throw new Error("there is no revision to go back to");
      const { "pod-template-hash": _, ...labels } = before.spec.template.metadata.labels;
      const value = { ...before.spec.template, metadata: { ...before.spec.template.metadata, labels } };
      await send("PATCH", path, [{ op: "replace", path: "/spec/template", value }], "application/json-patch+json");
    },
    /** Until its pods are all new and available. */
    async rolledOut(): Promise<void> {
      await vi.waitFor(
        async () => {
          const { metadata, spec, status } = await read();
          const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status;
          expect(observedGeneration).toBeGreaterThanOrEqual(metadata.generation);
          expect([replicas, updatedReplicas, availableReplicas]).toEqual(Array(3).fill(spec.replicas));
        },
        { timeout: 30_000, interval: 100 },
      );
    },
    /** The digests that its pods run, as the API server has them. */
    async digests(): Promise<readonly string[]> {
      const { items } = Pods.parse((await request("GET", `/api/v1/namespaces/${namespace}/pods`)).json);
      const live = items.filter((it) => it.metadata.deletionTimestamp === undefined);
      return [
        ...new Set(live.flatMap((it) => it.status.containerStatuses.map(({ imageID }) => imageID.split("@")[1] ?? ""))),
      ];
    },
  };
}
