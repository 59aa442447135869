import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { discoveryAt } from "./discovery.ts";
import { type Fleet, fullFleet, serviceNamed, smallFleet } from "./fleet.ts";
import { kinds, type Plural } from "./objects.ts";
import { type Piece, perPiece, type Shelf, stock, unzip, zip } from "./pages.ts";

/**
 * A process of its own: the list, paging and watch protocol of an API server over a synthetic cluster that nobody changes.
 * Tells its parent `{ port }`, then `{ watches }`, how many are open, whenever one opens. Told "expire", it ends all watches with 410 and moves
 * on, so that everybody has to list again.
 */

const latencyMs = 1;
const bookmarkEveryMs = 60_000; // as Kubernetes does

const fleet: Fleet = process.argv[2] === "small" ? smallFleet : fullFleet;
const serving = { watchList: process.argv[3] === "watch-list" };
const shelves = new Map<string, Shelf>(Object.keys(kinds).map((it) => [it, stock(fleet, isKind(it))]));
let version = 1_000_000;
const watches = new Set<(line: object) => void>();

type Asked = {
  readonly plural: string;
  readonly namespace: string | null;
  readonly query: URLSearchParams;
  readonly zipped: boolean;
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await wait(latencyMs);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://server");
  const place = /^\/apis?\/(?:apps\/)?v1\/(?:namespaces\/([^/]+)\/)?([a-z]+)$/.exec(pathname);
  const found = discoveryAt(pathname);
  if (found) return json(response, 200, found);
  if (pathname === "/api/v1/namespaces/kube-system") return json(response, 200, kubeSystem);
  if (!place) return json(response, 404, status(404, "NotFound"));
  const zipped = (request.headers["accept-encoding"] ?? "").includes("gzip");
  const asked = { plural: place[2] ?? "", namespace: place[1] ?? null, query: searchParams, zipped };
  if (["1", "true"].includes(searchParams.get("watch") ?? "")) return watch(asked, response);
  if (/Selector=/.test(request.url ?? "")) return json(response, 200, selected(asked));
  return list(asked, response);
}

/** The objects of one service, by its labels or as the Deployment of that name: nothing else is ever selected here. */
function selected({ plural, query }: Asked): object {
  const byLabel = /^app\.kubernetes\.io\/name=([^,]+)/.exec(query.get("labelSelector") ?? "");
  const byName = /^metadata\.name=(.+)$/.exec(query.get("fieldSelector") ?? "");
  const service = serviceNamed(fleet, byLabel?.[1] ?? byName?.[1] ?? "");
  const { kind, apiVersion, of } = kinds[isKind(plural)];
  const items = service ? of(service) : [];
  return { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: String(version) }, items };
}

async function list({ plural, namespace, query, zipped }: Asked, response: ServerResponse): Promise<void> {
  const all = piecesOf(shelves.get(plural)?.items ?? [], namespace);
  const limit = Number(query.get("limit") ?? 0) || Number.POSITIVE_INFINITY;
  if (limit < perPiece) return json(response, 400, status(400, "BadRequest"));
  const [atVersion = String(version), from = "0"] = (query.get("continue") ?? undefined)?.split(".") ?? [];
  if (Number(atVersion) < version) return json(response, 410, status(410, "Expired"));

  const page: Piece[] = [];
  let count = 0;
  for (const it of all.slice(Number(from))) {
    if (count + it.count > limit) break;
    page.push(it);
    count += it.count;
  }
  const next = Number(from) + page.length;
  const metadata = { resourceVersion: atVersion, ...(next < all.length && { continue: `${atVersion}.${next}` }) };
  const { kind = "Unknown", apiVersion = "apps/v1" } = Object.hasOwn(kinds, plural) ? kinds[isKind(plural)] : {};
  const head = `{"kind":"${kind}List","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`;
  const parts = page.flatMap((it, nth) => (nth === 0 ? [it.zipped] : [comma, it.zipped]));
  await send(response, { zipped, parts: [zip(head), ...parts, zip("]}\n")] });
  response.end();
}

async function watch({ plural, namespace, query, zipped }: Asked, response: ServerResponse): Promise<void> {
  const initial = query.get("sendInitialEvents") === "true";
  if (initial && !serving.watchList) return json(response, 422, status(422, "Invalid"));
  const line = (it: object): void => void send(response, { zipped, parts: [zip(`${JSON.stringify(it)}\n`)] });
  const expired = Number(query.get("resourceVersion") ?? 0) < version && !initial;
  const pieces = initial ? piecesOf(shelves.get(plural)?.events ?? [], namespace) : [];
  await send(response, { zipped, parts: pieces.map((it) => it.zipped) });
  if (initial) line(bookmark(plural, { "k8s.io/initial-events-end": "true" }));
  if (expired) return end(line, response);

  const regularly = setInterval(() => line(bookmark(plural, {})), bookmarkEveryMs);
  const expire = (it: object): void => {
    line(it);
    response.end();
  };
  watches.add(expire);
  response.flushHeaders();
  response.on("close", () => {
    clearInterval(regularly);
    watches.delete(expire);
  });
  process.send?.({ watches: watches.size });
}

function end(line: (it: object) => void, response: ServerResponse): void {
  line(gone);
  response.end();
}

function bookmark(plural: string, annotations: object): object {
  const { kind = "Unknown", apiVersion = "apps/v1" } = Object.hasOwn(kinds, plural) ? kinds[isKind(plural)] : {};
  return {
    type: "BOOKMARK",
    object: { kind, apiVersion, metadata: { resourceVersion: String(version), annotations } },
  };
}

type Parts = { readonly zipped: boolean; readonly parts: readonly Buffer[] };

/** Never faster than it is read. */
async function send(response: ServerResponse, { zipped, parts }: Parts): Promise<void> {
  if (!response.headersSent && !response.destroyed) {
    response.writeHead(200, { "content-type": "application/json", ...(zipped && { "content-encoding": "gzip" }) });
  }
  for (const it of parts) {
    if (response.destroyed) return;
    if (!response.write(zipped ? it : unzip(it))) await drained(response);
  }
}

async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const either = [once(response, "drain", { signal }), once(response, "close", { signal })];
  await Promise.race(either).finally(() => over.abort());
}

function piecesOf(pieces: readonly Piece[], namespace: string | null): readonly Piece[] {
  return namespace === null ? pieces : pieces.filter((it) => it.namespace === namespace);
}

function json(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function status(code: number, reason: string): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: reason, reason, code };
}

const kubeSystem = {
  kind: "Namespace",
  apiVersion: "v1",
  metadata: { name: "kube-system", uid: "0b7a5c1e-8f7e-4d0c-9a56-1f2e3d4c5b6a" },
};
const gone = { type: "ERROR", object: status(410, "Expired") };
const comma = zip(",");

function isKind(plural: string): Plural {
  if (plural === "deployments" || plural === "replicasets" || plural === "pods") return plural;
  throw new Error(`${plural} is not in the synthetic cluster`);
}

const server = createServer((request, response) => {
  answer(request, response).catch((err: unknown) => response.destroy(err instanceof Error ? err : undefined));
});
server.listen(0, "127.0.0.1", () => {
  const address: AddressInfo | string | null = server.address();
  process.send?.({ port: typeof address === "object" && address ? address.port : 0 });
});
process.on("disconnect", () => process.exit(0)); // nobody to serve any more
process.on("message", (told) => {
  if (told !== "expire") return;
  version += 1_000;
  for (const it of watches) it(gone);
});
