import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Answer, Way } from "./delivery.ts";
import type { Ids } from "./ids.ts";
import { isObject, stringAt } from "./json.ts";
import { app } from "./people.ts";

type DisconnectReason = "refresh_requested" | "warning" | "too_many_websockets";

export type Sockets = {
  /** A new address for one connection, good once. */
  ticket(): string;
  /** How many connections take payloads now. */
  count(): number;
  /** Tells every connection to go; none of them gets another payload. */
  refresh(reason?: DisconnectReason): void;
  /** Cuts every connection without a word. */
  drop(): void;
  close(): void;
};

const maxConnections = 10;
/** Clients give up on a server that is silent for half a minute. */
const pingEveryMs = 10_000;

type Parts = {
  readonly server: Server;
  readonly ids: Ids;
  readonly random: () => number;
  readonly address: () => string;
};

export function createSockets({ server, ids, random, address }: Parts): Sockets & Way {
  const wss = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const live = new Set<WebSocket>();
  const waiting = new Map<string, { from: WebSocket; answered: (answer: Answer | "unreachable") => void }>();

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const ticket = new URL(request.url ?? "/", address()).searchParams.get("ticket") ?? "";
    if (!tickets.delete(ticket)) {
      socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
      return;
    }
    wss.handleUpgrade(request, socket, head, welcome);
  });

  function welcome(socket: WebSocket): void {
    socket.on("error", () => socket.terminate());
    socket.on("close", () => forget(socket));
    socket.on("message", (data) => acknowledge(socket, Buffer.isBuffer(data) ? data.toString("utf8") : ""));
    if (live.size >= maxConnections) {
      dismiss(socket, "too_many_websockets");
      return;
    }
    live.add(socket);
    socket.send(
      JSON.stringify({ type: "hello", num_connections: live.size, connection_info: { app_id: app.id }, debug_info }),
    );
  }

  function acknowledge(socket: WebSocket, text: string): void {
    const message = parsed(text);
    const id = stringAt(message, "envelope_id") ?? "";
    const entry = waiting.get(id);
    // Only the connection that was asked may answer, and only once.
    if (entry?.from !== socket) return;
    waiting.delete(id);
    const payload = isObject(message) ? message["payload"] : undefined;
    const empty = isObject(payload) && Object.keys(payload).length === 0;
    entry.answered({ status: 200, body: empty ? "" : payload });
  }

  function forget(socket: WebSocket): void {
    live.delete(socket);
    for (const [id, entry] of waiting) {
      if (entry.from !== socket) continue;
      waiting.delete(id);
      entry.answered("unreachable");
    }
  }

  const pings = setInterval(() => {
    for (const socket of wss.clients) socket.ping();
  }, pingEveryMs);
  pings.unref();

  return {
    ticket: () => {
      const ticket = randomBytes(16).toString("hex");
      tickets.add(ticket);
      return ticket;
    },
    count: () => live.size,
    refresh: (reason = "refresh_requested") => {
      for (const socket of live) {
        if (reason !== "warning") live.delete(socket);
        dismiss(socket, reason);
      }
    },
    drop: () => {
      for (const socket of wss.clients) socket.terminate();
    },
    close: () => {
      clearInterval(pings);
      for (const socket of wss.clients) socket.terminate();
      wss.close();
    },
    send: ({ kind, payload }, retry, patienceMs) => {
      const sockets = [...live];
      const chosen = sockets[Math.floor(random() * sockets.length)];
      if (!chosen) return Promise.resolve("unreachable");
      const id = ids.next("envelope-");
      const { promise, resolve } = Promise.withResolvers<Answer | "unreachable" | "silent">();
      const timer = setTimeout(() => resolve("silent"), patienceMs);
      waiting.set(id, { from: chosen, answered: resolve });
      const retried =
        retry === null
          ? { retry_attempt: 0, retry_reason: "" }
          : { retry_attempt: retry.num, retry_reason: retry.reason };
      const envelope = { envelope_id: id, type: kind, payload, accepts_response_payload: kind !== "events_api" };
      chosen.send(JSON.stringify(kind === "events_api" ? { ...envelope, ...retried } : envelope));
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(id);
      });
    },
  };
}

const debug_info = { host: "applink-sim", build_number: 1, approximate_connection_time: 18_060 };

function dismiss(socket: WebSocket, reason: DisconnectReason): void {
  socket.send(JSON.stringify({ type: "disconnect", reason, debug_info }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
