import { z } from "zod";
import type { Quota, Scaling } from "../../core/check/material.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Target } from "../../ports/rollback.ts";
import type { Asking } from "../api/reply.ts";
import { collect } from "./learning.ts";

const Node = z.object({ status: z.object({ nodeInfo: z.object({ architecture: z.string().min(1) }) }) });

export async function architectures(asking: Asking): Promise<readonly string[]> {
  const collection = { path: "/api/v1/nodes", asked: { verb: "list", resource: "nodes", namespace: null } };
  const all = await collect(
    collection,
    made(Node, (it) => it.status.nodeInfo.architecture),
    asking,
  );
  return [...new Set(all)].toSorted();
}

const Autoscaler = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.int().nullish(),
    maxReplicas: z.int(),
  }),
  status: z.object({ currentReplicas: z.int().nullish() }).nullish(),
});

export async function scaling({ namespace, kind, name }: Target, asking: Asking): Promise<Scaling | null> {
  const resource = "horizontalpodautoscalers";
  const collection = { path: at("/apis/autoscaling/v2", namespace, resource), asked: listing(resource, namespace) };
  const all = await collect(
    collection,
    made(Autoscaler, (it) => it),
    asking,
  );
  const found = all.find(({ spec: { scaleTargetRef: of } }) => of.kind === kind && of.name === name);
  if (!found) return null;
  const { metadata, spec, status } = found;
  return {
    name: metadata.name,
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas,
    current: status?.currentReplicas ?? null,
  };
}

const Amounts = z
  .record(z.string(), z.union([z.string(), z.number().transform(String)]))
  .nullish()
  .transform((it) => it ?? {});
const ResourceQuota = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({ hard: Amounts, used: Amounts })
    .nullish()
    .transform((it) => it ?? { hard: {}, used: {} }),
});

export async function quotas(namespace: string, asking: Asking): Promise<readonly Quota[]> {
  const resource = "resourcequotas";
  const collection = { path: at("/api/v1", namespace, resource), asked: listing(resource, namespace) };
  const all = await collect(
    collection,
    made(ResourceQuota, (it) => it),
    asking,
  );
  return all.flatMap(({ metadata: { name }, status: { hard, used } }) =>
    Object.entries(hard).map(([key, value]) => ({ name, resource: key, hard: value, used: used[key] ?? "0" })),
  );
}

const Job = z.object({
  metadata: z.object({ name: z.string(), creationTimestamp: z.string() }),
  status: z.object({ startTime: z.string().nullish() }).nullish(),
});

export async function jobs(namespace: string, after: EpochMs, asking: Asking) {
  const collection = { path: at("/apis/batch/v1", namespace, "jobs"), asked: listing("jobs", namespace) };
  const started = made(Job, ({ metadata, status }) => ({
    name: metadata.name,
    at: Date.parse(status?.startTime ?? metadata.creationTimestamp),
  }));
  return (await collect(collection, started, asking)).filter((it) => it.at > after);
}

/** Nothing, where an object is not of that shape: it tells nothing then. */
function made<S extends z.ZodType, T>(shape: S, make: (object: z.infer<S>) => T) {
  return (item: unknown): T | null => {
    const read = shape.safeParse(item);
    return read.success ? make(read.data) : null;
  };
}

function at(api: string, namespace: string, plural: string): string {
  return `${api}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

function listing(resource: string, namespace: string) {
  return { verb: "list", resource, namespace };
}
