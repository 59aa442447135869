import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type SimKubernetes, startKubernetes } from "../sim/kubernetes/server.ts";
import { images, type Place, type Release, type Service } from "./scenario.ts";

const minute = 60_000;

/** A cluster with a past: each release is made at its own time, by a clock that then catches up. */
export async function startCluster({ cluster, namespaces, services }: Place): Promise<SimKubernetes> {
  let behind = 0;
  const now = () => Date.now() - behind;
  const quick = { readyAfter: "3ms", stopAfter: "3ms" }; // nobody waits for what is long past
  const kubernetes = await startKubernetes({ context: cluster, namespaces, now, images, ...quick });
  const releases = services.flatMap((service) =>
    service.releases.map((release, index) => ({ service, release, index })),
  );
  const byTime = Map.groupBy(releases, (it) => it.release.minutesAgo);
  try {
    for (const minutesAgo of [...byTime.keys()].toSorted((a, b) => b - a)) {
      behind = minutesAgo * minute;
      const together = byTime.get(minutesAgo) ?? [];
      await Promise.all(together.map(async (it) => make(kubernetes, it)));
    }
  } catch (err) {
    await kubernetes.close();
    throw err;
  }
  behind = 0;
  return kubernetes;
}

type Making = { readonly service: Service; readonly release: Release; readonly index: number };

async function make(kubernetes: SimKubernetes, { service, release, index }: Making): Promise<void> {
  const all = `/apis/apps/v1/namespaces/${service.namespace}/deployments`;
  const one = `${all}/${service.name}`;
  const { image, tagNowMeans, writtenBy = "kubectl-client-side-apply" } = release;
  if (tagNowMeans !== undefined) kubernetes.images.set(image, { digest: tagNowMeans });
  const manager = `?fieldManager=${writtenBy}`;
  const object = deployment(service, release);
  if (index === 0) await send(kubernetes, { method: "POST", path: all + manager, body: object });
  else await send(kubernetes, { method: "PATCH", path: one + manager, body: object });
  await reached(kubernetes, one, release.unfinished === true ? hasBegun : isSettled);
}

function deployment({ name }: Service, { image, replicas = 1, claims, sidecar, init }: Release): object {
  const annotations = Object.fromEntries(
    Object.entries(claims ?? {}).map(([key, value]) => [`whatsrunning.dev/${key}`, value]),
  );
  const proxy = sidecar === undefined ? [] : [{ name: "proxy", image: sidecar }];
  const setUp = init === undefined ? {} : { initContainers: [{ name: "migrate", image: init }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, annotations },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { ...setUp, containers: [{ name, image }, ...proxy] },
      },
    },
  };
}

const Status = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({ replicas: z.number() }),
  status: z.object({
    observedGeneration: z.number().default(0),
    replicas: z.number().default(0),
    updatedReplicas: z.number().default(0),
    readyReplicas: z.number().default(0),
  }),
});

type Status = z.output<typeof Status>;

const settleWithinMs = 10_000;

async function reached(kubernetes: SimKubernetes, path: string, isThere: (now: Status) => boolean): Promise<void> {
  const until = Date.now() + settleWithinMs;
  while (!isThere(Status.parse(await send(kubernetes, { method: "GET", path })))) {
    if (Date.now() > until) throw new Error(`${path} did not get where it should`);
    await sleep(4);
  }
}

function hasBegun({ metadata, status }: Status): boolean {
  return status.observedGeneration >= metadata.generation && status.updatedReplicas > 0;
}

function isSettled({ metadata, spec, status }: Status): boolean {
  const { observedGeneration, replicas, updatedReplicas, readyReplicas } = status;
  const seen = observedGeneration >= metadata.generation;
  return seen && [replicas, updatedReplicas, readyReplicas].every((it) => it === spec.replicas);
}

type Sent = { readonly method: "GET" | "POST" | "PATCH"; readonly path: string; readonly body?: object };

async function send({ url, token }: SimKubernetes, { method, path, body }: Sent): Promise<unknown> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const reply = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": type },
    signal: AbortSignal.timeout(settleWithinMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}: ${await reply.text()}`);
  return reply.json();
}
