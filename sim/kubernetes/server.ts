import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { createApi, type Api } from "./api.ts";
import { startControllers } from "./controllers.ts";
import { auditIdOf, createAudit } from "./audit.ts";
import { asAnswer, createFaults, type Faults } from "./faults.ts";
import type { ImageRule, Images } from "./image.ts";
import { goJson } from "./json.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { createNetwork } from "./network.ts";
import { machines } from "./node.ts";
import { failure, type Answer } from "./status.ts";
import { createStore } from "./store.ts";
import { createStreams, type Streams } from "./streams.ts";

export type KubernetesOptions = {
  /** The name of the kubeconfig's context, cluster and user. */
  readonly context?: string;
  /** Beside `default` and `kube-system`. */
  readonly namespaces?: readonly string[];
  readonly now?: () => number;
  /** What images resolve to and how they behave; change `images` of the running server at any time. */
  readonly images?: Readonly<Record<string, ImageRule>>;
  /** From a container's start to ready, from a pod's deletion to its end, the first wait after a crash. */
  readonly readyAfter?: string;
  readonly stopAfter?: string;
  readonly backOff?: string;
  /** How often a quiet watch says how far it is. */
  readonly bookmarkEveryMs?: number;
  /** Argo CD is installed. */
  readonly argo?: boolean;
  /** Of the nodes, in turn. */
  readonly architectures?: readonly string[];
};

export type SimKubernetes = Awaited<ReturnType<typeof startKubernetes>>;

/** A small Kubernetes API server on a port of its own. See README.md beside this file for what it leaves out. */
export async function startKubernetes(options: KubernetesOptions = {}) {
  const { context = "sim", namespaces = [], now = Date.now, bookmarkEveryMs = 60_000, argo = false } = options;
  const token = randomUUID();
  const tokens = new Map([[token, `system:serviceaccount:whatsrunning:${context}`]]);
  const store = createStore();
  const streams = createStreams();
  const server = createServer((request, response) => void serve(request, response));
  const network = createNetwork(server);
  const faults = createFaults({ store, streams, network });
  const images: Images = new Map(Object.entries(options.images ?? {}));
  const { readyAfter = "30ms", stopAfter = "30ms", backOff = "1s" } = options;
  const controllers = startControllers(store, now, { images, readyAfter, stopAfter, backOff });
  const api = createApi({ store, gate: faults.gate, now, tokens, bookmarkEveryMs, argo });
  const audit = createAudit();
  const serve = createHandler({ api, gate: faults.gate, streams, audit });
  await network.up();

  const admin = (method: string, path: string, body?: unknown) => {
    const url = new URL(path, network.url());
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return api({ method, url, headers, body: body === undefined ? "" : JSON.stringify(body) });
  };
  for (const name of ["default", "kube-system", ...namespaces]) {
    admin("POST", "/api/v1/namespaces", { metadata: { name } });
  }
  for (const it of machines(options.architectures ?? ["amd64"], now())) store.put("nodes", it);
  const url = network.url();

  return {
    url,
    token,
    /** Add and remove tokens at will: the map is asked at each request. */
    tokens,
    kubeconfig: kubeconfigText({ context, url, token }),
    faults: faults.levers,
    store,
    images,
    /** Who wrote what: only what was carried out. */
    audit: audit.all,
    openWatches: () => streams.count(),
    async close() {
      faults.levers.thaw({ abandoned: "dropped" });
      controllers.stop();
      await network.down();
    },
  };
}

type Handling = {
  readonly api: Api;
  readonly gate: Faults["gate"];
  readonly streams: Streams;
  readonly audit: ReturnType<typeof createAudit>;
};

function createHandler({ api, gate, streams, audit }: Handling) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (body === null) return;
    const passes = await gate.passes(() => response.destroyed);
    if (!passes) return;

    const { method = "GET", url = "/" } = request;
    const fate = gate.take(method, url);
    if (fate?.kind === "delay") await sleep(fate.ms);
    if (fate?.kind === "reset") return reset(request);
    if (fate?.kind === "answer") return send(request, response, asAnswer(fate));

    const answer = attempt(api, request, body);
    audit.note(request, body, "status" in answer ? answer.status : 200);
    if (fate?.kind === "lose-answer") return reset(request);
    if ("status" in answer) return send(request, response, answer);

    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
    response.flushHeaders();
    const letGo = answer.start(streams.attach(response));
    response.on("close", letGo);
  };
}

/** Null: the client left before it had said everything. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  try {
    const chunks = await request.toArray();
    return Buffer.concat(chunks).toString("utf8");
  } catch {
    return null;
  }
}

function attempt(api: Api, request: IncomingMessage, body: string): ReturnType<Api> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]),
  );
  const url = new URL(request.url ?? "/", "http://sim");
  try {
    return api({ method: request.method ?? "GET", url, headers, body });
  } catch (err) {
    return failure(500, "InternalError", `Internal error occurred: ${String(err)}`);
  }
}

function reset(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

/** Lists this long and longer are compressed for whoever asks. */
const gzipFrom = 128 * 1024;

function send(request: IncomingMessage, response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const text = typeof body === "string" ? body : `${goJson(body)}\n`;
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json";
  const zipped = text.length >= gzipFrom && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  const encoding = zipped ? { "content-encoding": "gzip", vary: "Accept-Encoding" } : {};
  const audited = { "audit-id": auditIdOf(request.headers) ?? randomUUID() };
  const common = { "content-type": type, "cache-control": "no-cache, private", ...audited };
  response.writeHead(status, { ...common, ...encoding, ...headers });
  response.end(zipped ? gzipSync(text) : text);
}
