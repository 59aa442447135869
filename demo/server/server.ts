import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Desk } from "../desk/desk.ts";
import type { Spot } from "../desk/sight.ts";
import type { Stage } from "../stage.ts";
import { createActs } from "./act.ts";
import { readAssets } from "./asset.ts";
import { headers, refusedBy } from "./guard.ts";

export type Page = AsyncDisposable & {
  readonly url: string;
  readonly token: string;
  readonly portTaken: number | null;
};

type Shown = { readonly desk: Desk; readonly stage: Stage };
type Acts = ReturnType<typeof createActs>;

/** The demo's page, for whoever sits at this machine. */
export async function openPage({ desk, stage, port }: Shown & { readonly port: number }): Promise<Page> {
  const acts = createActs({ desk, stage });
  const token = randomBytes(24).toString("base64url");
  const assets = await readAssets(token);
  const server = createServer((request, response) => {
    const answering = async () => {
      const refused = refusedBy({ port: portOf(server), token }, request);
      if (refused) return send(response, refused.status, refused.why);
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://page");
      if (request.method === "POST") return act(acts, pathname, request, response);
      if (request.method !== "GET") return send(response, 405, "GET or POST.");
      if (pathname === "/events") return follow({ desk, stage }, spotIn(searchParams), response);
      if (pathname === "/payload") return sendPayload(desk, searchParams.get("id") ?? "", response);
      const asset = assets.get(pathname);
      return asset ? send(response, 200, asset.text, asset.type) : send(response, 404, "There is no such page.");
    };
    answering().catch((err: unknown) => {
      if (!response.headersSent) send(response, 500, String(err));
      response.destroy();
    });
  });
  const portTaken = await listen(server, port);

  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    token,
    portTaken,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function act(acts: Acts, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const acted = await acts(path, await readJson(request));
  if (acted.kind === "unknown") return send(response, 404, "There is nothing to do there.");
  if (acted.kind === "malformed") return send(response, 400, "That is not what this page sends.");
  if (acted.answer === undefined) return send(response, 204, "");
  return send(response, 200, JSON.stringify(acted.answer), "application/json");
}

const mostBytes = 16_384;

/** Undefined where it is no JSON, or more of it than anybody types. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > mostBytes) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function spotIn(query: URLSearchParams): Spot {
  return { person: query.get("person") ?? "", channel: query.get("channel") ?? "" };
}

function sendPayload(desk: Desk, id: string, response: ServerResponse): void {
  const payload = desk.payload(id);
  if (payload === null) return send(response, 404, "It is not kept any more.");
  return send(response, 200, payload, "application/json");
}

/** All that one person sees now and after each change; changes of one moment are told once. */
function follow({ desk, stage }: Shown, spot: Spot, response: ServerResponse): void {
  response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
  let due: NodeJS.Immediate | null = null;
  const tell = () => {
    due = null;
    response.write(`data: ${JSON.stringify({ ...desk.see(spot), ...stage.see() })}\n\n`);
  };
  const changed = () => {
    due ??= setImmediate(tell);
  };
  const letGo = [desk.watch(changed), stage.watch(changed)];
  response.on("close", () => {
    for (const it of letGo) it();
    if (due) clearImmediate(due);
  });
  tell();
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { ...headers, "content-type": type });
  response.end(text);
}

/** On loopback only. A port that is taken is no reason not to start: any other will do. */
async function listen(server: Server, port: number): Promise<number | null> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return null;
  } catch (err) {
    if (!(err instanceof Error && "code" in err && err.code === "EADDRINUSE")) throw err;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return port;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
