import { afterAll, beforeAll, expect, vi } from "vitest";
import { z } from "zod";
import { createClient, type Client, type Line, type Reply } from "./client.ts";

/** What a suite runs against. */
export type Server = {
  readonly kubeconfig: string;
  /** Makes every revision handed out so far expire, where the server can be asked to. */
  readonly expire?: () => void | Promise<void>;
  readonly close: () => Promise<void>;
};
export type Open = () => Promise<Server>;

const Texts = z.record(z.string(), z.string());
export const Thing = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number().optional(),
    labels: Texts.optional(),
    annotations: Texts.default({}),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({ template: z.unknown().optional(), replicas: z.number().optional() }).optional(),
  status: z.looseObject({ observedGeneration: z.number().optional() }).optional(),
});
export type Thing = z.infer<typeof Thing>;
export const List = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(Thing),
});

/** One server for a suite. Each test asks for a namespace of its own; all of them are gone afterwards. */
export function useServer(open: Open) {
  let server: Server | null = null;
  let client: Client | null = null;
  const made: string[] = [];
  const run = Math.random().toString(36).slice(2, 8);

  beforeAll(async () => {
    server = await open();
    client = createClient(server.kubeconfig);
  });
  afterAll(async () => {
    for (const name of made) await client?.request("DELETE", `/api/v1/namespaces/${name}`);
    await server?.close();
  });

  return {
    server(): Server {
      if (server === null) throw new Error("the server is not there yet");
      return server;
    },
    async place(): Promise<Place> {
      if (client === null) throw new Error("the server is not there yet");
      const name = `contract-${run}-${made.length}`;
      made.push(name);
      const reply = await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name } } });
      expect(reply.status).toBe(201);
      return createPlace(client, name);
    },
  };
}

/** Until the check holds. `expect.poll` cannot tell tests apart that run at the same time. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(check, { timeout: 15_000, interval: 30 });
}

export type Place = ReturnType<typeof createPlace>;

export const jsonPatch = "application/json-patch+json";
export const mergePatch = "application/merge-patch+json";

function createPlace(client: Client, namespace: string) {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const deployments = `${apps}/deployments`;
  const replicaSets = `${apps}/replicasets`;
  const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;

  async function get(path: string): Promise<Thing> {
    return Thing.parse((await client.request("GET", path)).json);
  }
  async function items(path: string): Promise<readonly Thing[]> {
    return List.parse((await client.request("GET", path)).json).items;
  }
  async function patch(name: string, operations: unknown, query = ""): Promise<Reply> {
    return client.request("PATCH", `${deployments}/${name}${query}`, { body: operations, type: jsonPatch });
  }

  return {
    ...client,
    namespace,
    pods,
    deployments,
    replicaSets,
    configMaps,
    get,
    items,
    patch,
    async deploy(shape: Shape = {}): Promise<Thing> {
      const reply = await client.request("POST", deployments, { body: manifest(shape) });
      expect(reply).toMatchObject({ status: 201 });
      return Thing.parse(reply.json);
    },
    /** Until the controllers say that the rollout is done. */
    async rolledOut(name = "web"): Promise<Thing> {
      await eventually(async () => expect(isDone(await get(`${deployments}/${name}`))).toBe(true));
      return get(`${deployments}/${name}`);
    },
    setImage: async (image: string, name = "web") =>
      patch(name, [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }]),
    /** Reads a watch up to the first event that `last` knows. */
    async watchUntil(
      path: string,
      last: (line: Line) => boolean,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<readonly Line[]> {
      const lines: Line[] = [];
      for await (const line of client.watch(path, headers)) {
        lines.push(line);
        if (last(line)) break;
      }
      return lines;
    },
  };
}

function isDone({ metadata, spec, status = {} }: Thing): boolean {
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const wanted = spec?.replicas;
  const seen = observedGeneration >= (metadata.generation ?? 0);
  return seen && updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted;
}

/** The one answer to every JSON Patch that does not apply. */
export const doesNotApply = {
  status: 422,
  json: {
    message: "the server rejected our request due to an error in our request",
    reason: "Invalid",
    details: {},
    code: 422,
  },
};

export type Shape = {
  readonly name?: string;
  readonly image?: string;
  readonly replicas?: number;
  readonly command?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly pod?: Readonly<Record<string, unknown>>;
};

/** Without replicas unless a test asks for some: most tests need no pods. */
export function manifest(shape: Shape = {}) {
  const { name = "web", image = "ghcr.io/shop/web:1", replicas = 0, command, annotations, labels, spec, pod } = shape;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, ...(annotations ? { annotations } : {}), ...(labels ? { labels } : {}) },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "main", image, ...(command ? { command } : {}) }], ...pod },
      },
      ...spec,
    },
  };
}
