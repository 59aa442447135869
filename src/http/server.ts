import { once } from "node:events";
import { createServer, type IncomingMessage, type Server as NodeServer, type ServerResponse } from "node:http";
import type { Log } from "./log.ts";
import { type Health, missing, troubles } from "./health.ts";
import type { Exposition } from "./metrics.ts";

type Handle = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

type Options = {
  readonly host: string;
  readonly port: number;
  /** What takes POST /slack/events. Null in Socket Mode: then that path does not exist. */
  readonly receive: Handle | null;
  /** What takes POST /v1/claims. Without it that path does not exist. */
  readonly claims?: Handle | null;
  readonly health: () => Health;
  readonly metrics: () => Promise<Exposition>;
  readonly log: Log;
  /** How long a close waits for answers under way. */
  readonly drainMs?: number;
};

export type Server = AsyncDisposable & {
  /** The one it got, where the one asked for was 0. */
  readonly port: number;
  close(): Promise<void>;
};

const largestBody = 1 << 20;

/** The only port that the bot opens. */
export async function openServer({
  host,
  port,
  receive,
  claims = null,
  health,
  metrics,
  log,
  drainMs = 10_000,
}: Options): Promise<Server> {
  const routes = new Map<string, { readonly methods: readonly string[]; readonly handle: Handle }>([
    ["/healthz", { methods: ["GET", "HEAD"], handle: (_, res) => json(res, 200, { alive: true }) }],
    ["/readyz", { methods: ["GET", "HEAD"], handle: (_, res) => readiness(res) }],
    ["/metrics", { methods: ["GET", "HEAD"], handle: async (_, res) => exposition(res) }],
    ...(receive ? [["/slack/events", { methods: ["POST"], handle: receive }] as const] : []),
    ...(claims ? [["/v1/claims", { methods: ["POST"], handle: claims }] as const] : []),
  ]);
  const underWay = new Set<ServerResponse>();
  let closing: Promise<void> | null = null;

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (Number(req.headers["content-length"] ?? 0) > largestBody) return refuse(res, 413);
    const route = routes.get(pathOf(req));
    if (!route) return refuse(res, 404);
    if (!route.methods.includes(req.method ?? "")) return refuse(res, 405, { allow: route.methods.join(", ") });
    await route.handle(req, res);
  }

  function readiness(res: ServerResponse): void {
    const found = health();
    const lacking = [...(closing ? ["the bot is stopping"] : []), ...missing(found)];
    const told = troubles(found);
    const answer = { ready: lacking.length === 0, missing: lacking, ...(told.length > 0 && { troubles: told }) };
    json(res, answer.ready ? 200 : 503, answer);
  }

  async function exposition(res: ServerResponse): Promise<void> {
    const { type, body } = await metrics();
    res.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(body);
  }

  async function end(): Promise<void> {
    const closed = once(server, "close");
    server.close(); // refuses new connections, and ends those that wait for a next request
    // The others would wait for one too, once they have their answer.
    for (const res of underWay) if (!res.headersSent) res.setHeader("connection", "close");
    const late = setTimeout(() => server.closeAllConnections(), drainMs);
    await closed;
    clearTimeout(late);
  }

  const server = createServer({ connectionsCheckingInterval: 1_000 }, (req, res) => {
    underWay.add(res);
    res.on("close", () => underWay.delete(res));
    take(req, res).catch((err: unknown) => {
      log.error({ err, path: pathOf(req) }, "could not answer a request");
      if (!res.headersSent) refuse(res, 500);
      else res.destroy();
    });
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 65_000; // longer than load balancers keep theirs, or they would use one we just closed
  await listen(server, { host, port });
  server.on("error", (err) => log.error({ err }, "the server has a problem"));

  const close = () => (closing ??= end());
  return { port: portOf(server), close, [Symbol.asyncDispose]: close };
}

/** The path as it was sent: nothing here is worth a second spelling. */
function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

/** A body that nobody reads would be taken for the next request, so the connection ends here. */
function refuse(res: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  res.writeHead(status, { ...headers, "content-length": 0, connection: "close" }).end();
}

function json(res: ServerResponse, status: number, body: object): void {
  const headers = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  res.writeHead(status, headers).end(JSON.stringify(body));
}

async function listen(server: NodeServer, at: { readonly host: string; readonly port: number }): Promise<void> {
  try {
    server.listen(at);
    await once(server, "listening"); // rejects on "error"
  } catch (err) {
    throw new Error(whyNot(err, at), { cause: err });
  }
}

function whyNot(err: unknown, { host, port }: { readonly host: string; readonly port: number }): string {
  switch (err instanceof Error && "code" in err ? err.code : null) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use: set PORT to another one, or stop what listens there.`;
    case "EACCES":
      return `Port ${port} may not be opened by this user: set PORT to one above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is not an address of this machine: set HOST to one that is, or to 0.0.0.0 for all of them.`;
    default:
      return `Port ${port} on ${host} cannot be opened (${err instanceof Error ? err.message : String(err)}).`;
  }
}

function portOf(server: NodeServer): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
