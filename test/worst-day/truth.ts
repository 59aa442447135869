import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Client } from "../contract/kubernetes/client.ts";
import { type Service, type ServiceName, services } from "./workloads.ts";

/** What one service was, as the API server told it. */
export type State = {
  /** Digests that its pods ran, those on their way out too. */
  readonly digests: readonly string[];
  /** Every pod is ready and on this one digest, and it is the one that is asked for; null: on its way. */
  readonly settled: string | null;
  readonly pods: number;
  /** The image that is asked for. */
  readonly wanted: string;
  /** Of the pods that are not on their way out: by the image that each was made for, how many, and what they ran. */
  readonly of: Readonly<Record<string, OfImage>>;
};
type OfImage = { readonly pods: number; readonly digests: readonly string[] };

const gapMs = 1_000;

export type Snapshot = {
  /** It was read some time between these two. */
  readonly from: number;
  readonly to: number;
  readonly of: Readonly<Record<ServiceName, State>>;
};

const Workloads = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), generation: z.number() }),
      spec: z.object({
        replicas: z.number().optional(),
        template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }),
      }),
      status: z.object({
        observedGeneration: z.number().optional(),
        desiredNumberScheduled: z.number().optional(),
      }),
    }),
  ),
});
const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.object({ app: z.string() }), deletionTimestamp: z.string().optional() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        containerStatuses: z.array(z.object({ imageID: z.string(), ready: z.boolean() })).optional(),
      }),
    }),
  ),
});
type Pod = z.infer<typeof Pods>["items"][number];

/** Watches what really runs in one namespace, without any of our code, for as long as the API server can be asked. */
export function recordTruth(client: Client, namespace: string) {
  const snapshots: Snapshot[] = [];
  const stopping = new AbortController();
  const done = record();

  async function record(): Promise<void> {
    while (!stopping.signal.aborted) {
      const snapshot = await read().catch(() => null); // it is being broken on purpose
      if (snapshot) snapshots.push(snapshot);
      await sleep(200, null, { signal: stopping.signal }).catch(() => null);
    }
  }

  async function read(): Promise<Snapshot | null> {
    const from = Date.now();
    const paths = [
      `/api/v1/namespaces/${namespace}/pods`,
      ...services.map((it) => `/apis/apps/v1/namespaces/${namespace}/${it.plural}`),
    ];
    const [pods, ...workloads] = await Promise.all(paths.map((it) => client.request("GET", it)));
    if (!pods || [pods, ...workloads].some((it) => it.status !== 200)) return null;
    const all = Pods.parse(pods.json).items;
    const states = services.map((it, index) => [it.name, stateOf(it, workloads[index]?.json, all)] as const);
    const of = z.record(z.enum(["web", "db", "agent"]), z.custom<State>()).parse(Object.fromEntries(states));
    return { from, to: Date.now(), of };
  }

  return {
    snapshots,
    async stop(): Promise<void> {
      stopping.abort();
      await done;
    },
  };
}

function stateOf(service: Service, listed: unknown, all: readonly Pod[]): State {
  const workload = Workloads.parse(listed).items.find((it) => it.metadata.name === service.name);
  const pods = all.filter((it) => it.metadata.labels.app === service.name);
  const staying = pods.filter((it) => it.metadata.deletionTimestamp === undefined);
  const digests = [...new Set(pods.map(digestOf).filter((it) => it !== ""))];
  const of = byImage(staying);
  if (!workload) return { digests, settled: null, pods: staying.length, wanted: "", of };

  const { metadata, spec, status } = workload;
  const wanted = spec.template.spec.containers[0]?.image ?? "";
  const size = spec.replicas ?? status.desiredNumberScheduled ?? 0;
  const [digest = "", ...others] = new Set(staying.map(digestOf));
  const isDone =
    status.observedGeneration === metadata.generation &&
    staying.length === size &&
    staying.every((it) => it.spec.containers[0]?.image === wanted && it.status.containerStatuses?.[0]?.ready === true);
  return { digests, settled: isDone && others.length === 0 && digest !== "" ? digest : null, pods: size, wanted, of };
}

function byImage(pods: readonly Pod[]): State["of"] {
  const images = Map.groupBy(pods, (it) => it.spec.containers[0]?.image ?? "");
  const counted = Array.from(images, ([image, all]) => {
    const digests = [...new Set(all.map(digestOf).filter((it) => it !== ""))];
    return [image, { pods: all.length, digests }] as const;
  });
  return Object.fromEntries(counted);
}

function digestOf({ status }: Pod): string {
  return status.containerStatuses?.[0]?.imageID.split("@")[1] ?? "";
}

/**
 * The states that the service may have been in at any time in that span: each holds until the next was read. What happened in
 * the last moment before the server could not be asked any more is only seen when it can be again.
 */
export function statesWithin(
  snapshots: readonly Snapshot[],
  { service, from, to }: { readonly service: ServiceName; readonly from: number; readonly to: number },
): readonly State[] {
  const within = snapshots.filter((it, index) => {
    const last = snapshots[index - 1] ?? it;
    const since = it.to - last.from > gapMs ? last.from : it.from;
    return since <= to && (snapshots[index + 1]?.to ?? Infinity) >= from;
  });
  return within.map((it) => it.of[service]);
}
