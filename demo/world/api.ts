import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { SimKubernetes } from "../../sim/kubernetes/server.ts";

type Sent = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: object;
};

const answerWithinMs = 10_000;

/** As a pipeline or a person with kubectl speaks to the cluster. */
export async function send({ url, token }: SimKubernetes, { method, path, body }: Sent): Promise<unknown> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const reply = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": type },
    signal: AbortSignal.timeout(answerWithinMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}: ${await reply.text()}`);
  return reply.json();
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

export async function reached(
  kubernetes: SimKubernetes,
  path: string,
  isThere: (now: Status) => boolean,
): Promise<void> {
  const until = Date.now() + answerWithinMs;
  while (!isThere(Status.parse(await send(kubernetes, { method: "GET", path })))) {
    if (Date.now() > until) throw new Error(`${path} did not get where it should`);
    await sleep(4);
  }
}

export function hasBegun({ metadata, status }: Status): boolean {
  return status.observedGeneration >= metadata.generation && status.updatedReplicas > 0;
}

export function isSettled({ metadata, spec, status }: Status): boolean {
  const { observedGeneration, replicas, updatedReplicas, readyReplicas } = status;
  const seen = observedGeneration >= metadata.generation;
  return seen && [replicas, updatedReplicas, readyReplicas].every((it) => it === spec.replicas);
}
