import http from "node:http";
import https from "node:https";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import { z } from "zod";

/** A plain HTTP client for whatever API server a kubeconfig names: nothing between the test and the wire. */

const Cluster = z.object({ server: z.string(), "certificate-authority-data": z.base64().optional() });
const User = z.object({
  token: z.string().optional(),
  "client-certificate-data": z.base64().optional(),
  "client-key-data": z.base64().optional(),
});
const Kubeconfig = z.object({
  "current-context": z.string(),
  clusters: z.array(z.object({ name: z.string(), cluster: Cluster })),
  users: z.array(z.object({ name: z.string(), user: User })),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })),
});

export type Reply = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** Undefined where the answer is not JSON. */
  readonly json: unknown;
};

export const Line = z.object({
  type: z.string(),
  object: z.looseObject({
    metadata: z.looseObject({
      name: z.string().optional(),
      resourceVersion: z.string().optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  }),
});
export type Line = z.infer<typeof Line>;

export type Client = ReturnType<typeof createClient>;

export function createClient(kubeconfig: string) {
  const { server, options } = connection(kubeconfig);
  const library = server.protocol === "https:" ? https : http;

  function open(method: string, path: string, headers: http.OutgoingHttpHeaders) {
    const all = { "user-agent": "contract/1", ...options.headers, ...headers };
    return library.request(new URL(path, server), { ...options.tls, method, headers: all, timeout: 10_000 });
  }

  async function request(method: string, path: string, sent: Sent = {}): Promise<Reply> {
    const { body, type = "application/json", headers = {} } = sent;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const outgoing = open(method, path, { ...described(text, type), ...headers });
    outgoing.end(text);
    const incoming = await answered(outgoing);
    const received = Buffer.concat(await incoming.toArray()).toString("utf8");
    const isJson = incoming.headers["content-type"]?.startsWith("application/json") ?? false;
    const json: unknown = isJson ? JSON.parse(received) : undefined;
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, text: received, json };
  }

  /** The events of a watch as they come; it is let go when the loop over them ends. */
  async function* watch(path: string, headers: http.OutgoingHttpHeaders = {}): AsyncGenerator<Line> {
    const outgoing = open("GET", path, headers);
    outgoing.end();
    const incoming = await answered(outgoing);
    try {
      for await (const line of createInterface(incoming)) yield Line.parse(JSON.parse(line));
    } finally {
      incoming.destroy();
    }
  }

  return { request, watch };
}

/** The length is always said: Node sends none with a DELETE, and the server would take the body for a next request. */
function described(text: string | undefined, type: string): http.OutgoingHttpHeaders {
  return text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) };
}

type Sent = {
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

async function answered(outgoing: http.ClientRequest): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  outgoing.on("response", resolve);
  outgoing.on("error", reject);
  outgoing.on("timeout", () => outgoing.destroy(new Error("the server said nothing for 10 s")));
  return promise;
}

function connection(kubeconfig: string) {
  const config = Kubeconfig.parse(parse(kubeconfig));
  const context = named(config.contexts, config["current-context"]).context;
  const { cluster } = named(config.clusters, context.cluster);
  const { user } = named(config.users, context.user);
  const tls = {
    ...pem("ca", cluster["certificate-authority-data"]),
    ...pem("cert", user["client-certificate-data"]),
    ...pem("key", user["client-key-data"]),
  };
  const headers = user.token === undefined ? {} : { authorization: `Bearer ${user.token}` };
  return { server: new URL(cluster.server), options: { tls, headers } };
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((it) => it.name === name);
  if (found === undefined) throw new Error(`the kubeconfig has no entry named ${name}`);
  return found;
}

function pem(name: "ca" | "cert" | "key", data: string | undefined) {
  return data === undefined ? {} : { [name]: Buffer.from(data, "base64") };
}
