import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { rateLimited, type Reply } from "./api.ts";
import type { Fault, Faults } from "./faults.ts";
import { isObject, type JsonObject } from "./json.ts";
import type { Log } from "./log.ts";
import { Refusal } from "./refusal.ts";
import type { ResponseUrls } from "./response-url.ts";

type Parts = {
  readonly api: (method: string, token: string | null, args: JsonObject) => Reply;
  readonly responseUrls: ResponseUrls;
  readonly faults: Faults;
  readonly log: Log;
  readonly now: () => number;
};

type Asked = { readonly name: string; readonly payload: JsonObject; readonly reply: () => Reply };

/** What our app can reach over HTTP: `/api/<method>` and `/response/<id>`. */
export function createWeb(parts: Parts) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await understand(parts, request);
    const fault = parts.faults.take(asked.name);
    const reply = await faulty(fault, asked.reply);
    parts.log.record({ what: "call", call: recorded(parts, asked, reply) });
    if (reply === "broken") {
      request.socket.destroy();
      return;
    }
    const text = asked.name === "response_url" && reply.status === 200 ? "ok" : JSON.stringify(reply.body);
    const type = text === "ok" ? "text/html" : "application/json; charset=utf-8";
    response.writeHead(reply.status, { "content-type": type, ...reply.headers }).end(text);
  };
}

async function understand({ api, responseUrls }: Parts, request: IncomingMessage): Promise<Asked> {
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = await read(request);
  const [, door, name = ""] = pathname.split("/");
  const unknown = {
    name: pathname,
    payload: {},
    reply: () => ({ status: 404, body: { ok: false, error: "not_found" } }),
  };
  if (request.method !== "POST") return unknown;
  if (door === "response") {
    const payload = decodedJson(body) ?? {};
    return { name: "response_url", payload, reply: () => respond(responseUrls, name, decodedJson(body)) };
  }
  if (door !== "api") return unknown;
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
  const sent = isJson ? decodedJson(body) : Object.fromEntries(new URLSearchParams(body));
  if (sent === null)
    return { name, payload: {}, reply: () => ({ status: 200, body: { ok: false, error: "invalid_json" } }) };
  const { token: inBody, ...payload } = sent;
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  // In a JSON body a token does not count.
  const token = bearer ?? (isJson || typeof inBody !== "string" ? null : inBody);
  return { name, payload, reply: () => api(name, token, payload) };
}

function respond(responseUrls: ResponseUrls, id: string, body: JsonObject | null): Reply {
  if (body === null) return { status: 400, body: { ok: false, error: "invalid_payload" } };
  try {
    responseUrls.use(id, body);
    return { status: 200, body: { ok: true } };
  } catch (err) {
    if (!(err instanceof Refusal)) throw err;
    const gone = ["used_url", "expired_url", "invalid_url"].includes(err.code);
    return { status: gone ? 404 : 400, body: { ok: false, error: err.code, ...err.more } };
  }
}

async function faulty(fault: Fault | null, reply: () => Reply): Promise<Reply | "broken"> {
  switch (fault?.kind) {
    case undefined:
      return reply();
    case "rate-limited":
      return rateLimited(fault.seconds);
    case "status":
      return { status: fault.status, body: { ok: false, error: "internal_error" } };
    case "error":
      return { status: 200, body: { ok: false, error: fault.error } };
    case "slow":
      await wait(fault.ms);
      return reply();
    case "lost-request":
      return "broken";
    case "lost-answer":
      reply();
      return "broken";
  }
}

function recorded({ now }: Parts, { name, payload }: Asked, reply: Reply | "broken") {
  const { status, body } = reply === "broken" ? { status: 0, body: {} } : reply;
  const messages = isObject(body) && isObject(body["response_metadata"]) ? body["response_metadata"]["messages"] : [];
  const problems = Array.isArray(messages) ? messages.filter((it) => typeof it === "string") : [];
  return { at: now(), method: name, payload, status, answer: body, problems };
}

const maxBytes = 4_000_000;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw new Error("a request with more than 4 MB");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function decodedJson(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
