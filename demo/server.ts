import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import { readAssets } from "./asset.ts";
import type { Desk } from "./desk.ts";
import { headers, refusedBy } from "./guard.ts";

export type Page = AsyncDisposable & {
  readonly url: string;
  readonly token: string;
  readonly portTaken: number | null;
};

/** The demo's page, for whoever sits at this machine. */
export async function openPage({ desk, port }: { readonly desk: Desk; readonly port: number }): Promise<Page> {
  const token = randomBytes(24).toString("base64url");
  const assets = await readAssets(token);
  const server = createServer((request, response) => {
    const answering = async () => {
      const refused = refusedBy({ port: portOf(server), token }, request);
      if (refused) return send(response, refused.status, refused.why);
      const { pathname } = new URL(request.url ?? "/", "http://page");
      if (request.method === "POST") return act(desk, pathname, request, response);
      if (request.method !== "GET") return send(response, 405, "GET or POST.");
      if (pathname === "/events") return follow(desk, response);
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

const Typed = z.object({ text: z.string().trim().min(1).max(3_000) });
const Pressed = z.object({
  message: z.string().max(100),
  blockId: z.string().max(300),
  actionId: z.string().max(300),
  value: z.string().max(300).optional(),
});

async function act(desk: Desk, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJson(request);
  const typed = path === "/type" ? Typed.safeParse(body) : null;
  const pressed = path === "/press" ? Pressed.safeParse(body) : null;
  if (!typed && !pressed) return send(response, 404, "There is nothing to do there.");
  if (typed?.success) await desk.type(typed.data.text);
  else if (pressed?.success) await desk.press(pressed.data);
  else return send(response, 400, "That is not what this page sends.");
  return send(response, 204, "");
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

/** The whole conversation now and after each change; changes of one moment are told once. */
function follow(desk: Desk, response: ServerResponse): void {
  response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
  let due: NodeJS.Immediate | null = null;
  const tell = () => {
    due = null;
    response.write(`data: ${JSON.stringify(desk.see())}\n\n`);
  };
  const letGo = desk.watch(() => {
    due ??= setImmediate(tell);
  });
  response.on("close", () => {
    letGo();
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
