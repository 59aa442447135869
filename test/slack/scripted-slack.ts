import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

/** A Slack that does what a test tells it: for what the strict stand-in would never do. */

type Answer = (res: ServerResponse) => void;
type Target =
  | "auth.test"
  | "apps.connections.open"
  | "chat.postEphemeral"
  | "chat.postMessage"
  | "conversations.info"
  | "users.info"
  | "users.lookupByEmail"
  | "views.open"
  | "response";
type Heard = { readonly target: string; readonly body: string };

type Posted = { readonly method: string; readonly [argument: string]: unknown };

export type ScriptedSlack = {
  readonly apiUrl: string;
  readonly responseUrl: string;
  readonly heard: readonly Heard[];
  /** What was posted to the response_url, parsed. */
  readonly told: readonly Record<string, unknown>[];
  /** What was posted over the Web API, in order, with its blocks and attachments parsed. */
  readonly posted: readonly Posted[];
  /** Answers in this order; after them, all is well again. */
  script(target: Target, answers: readonly Answer[]): void;
  readonly sockets: {
    /** The usual answer of apps.connections.open. */
    connection(): Answer;
    open(): number;
    /** How many there ever were. */
    opened(): number;
    /** Sends one envelope over any open connection; resolves with its acknowledgement, or null when that is cut off. */
    deliver(type: "slash_commands" | "interactive" | "events_api", payload: object): Promise<unknown>;
    /** Asks every connection to go, in the same moment. */
    goodbye(reason?: string): void;
    drop(): void;
  };
  close(): Promise<void>;
};

export const team = "T0HOME";

export function ok(body: object = {}): Answer {
  return (res) => res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ ok: true, ...body }));
}

export function refused(error: string): Answer {
  return (res) => res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ ok: false, error }));
}

export function rateLimited(seconds: number): Answer {
  return (res) => res.writeHead(429, { "retry-after": String(seconds) }).end("{}");
}

export function status(code: number): Answer {
  return (res) => res.writeHead(code).end("no");
}

/** Never answers. */
export const silence: Answer = () => {};

export async function startScriptedSlack(): Promise<ScriptedSlack> {
  const heard: Heard[] = [];
  const scripts = new Map<string, Answer[]>();
  const open = new Set<WebSocket>();
  const waiting = new Map<string, (answer: unknown) => void>();
  let envelopes = 0;
  let opened = 0;

  const server = createServer((req, res) => {
    void take(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await bodyOf(req);
    const target = (req.url ?? "").split("/").at(-1) ?? "";
    heard.push({ target, body });
    (scripts.get(target)?.shift() ?? usual(target))(res);
  }

  function usual(target: string): Answer {
    switch (target) {
      case "auth.test":
        return ok({ team_id: team, user_id: "U0BOT", bot_id: "B0BOT" });
      case "apps.connections.open":
        return connection();
      default:
        return ok();
    }
  }

  function connection(): Answer {
    return ok({ url: `ws://127.0.0.1:${port}/link` });
  }

  const wss = new WebSocketServer({ server });
  wss.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    socket.on("message", (data) => {
      const { envelope_id: id = "", payload = null } = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "{}");
      waiting.get(id)?.(payload);
    });
    open.add(socket);
    opened += 1;
    socket.send(JSON.stringify({ type: "hello" }));
  });

  function deliver(type: string, payload: object): Promise<unknown> {
    const [socket] = [...open].toSorted(() => Math.random() - 0.5);
    if (!socket) throw new Error("no connection is open");
    const id = `envelope-${(envelopes += 1)}`;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.set(id, resolve);
    socket.once("close", () => resolve(null));
    socket.send(JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: true }));
    return promise;
  }

  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    responseUrl: `http://127.0.0.1:${port}/response`,
    heard,
    get told() {
      return heard.filter((it) => it.target === "response").map((it) => JSON.parse(it.body));
    },
    get posted() {
      return heard.filter((it) => it.target.startsWith("chat.")).map(postedBy);
    },
    script: (target, answers) => scripts.set(target, [...answers]),
    sockets: {
      connection,
      open: () => open.size,
      opened: () => opened,
      deliver,
      goodbye: (reason = "refresh_requested") => {
        for (const it of open) {
          open.delete(it);
          it.send(JSON.stringify({ type: "disconnect", reason }));
        }
      },
      drop: () => {
        for (const it of open) {
          open.delete(it);
          it.terminate();
        }
      },
    },
    close: async () => {
      for (const it of wss.clients) it.terminate();
      wss.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function postedBy({ target, body }: Heard): Posted {
  const { blocks = "[]", attachments = "[]", ...rest } = Object.fromEntries(new URLSearchParams(body));
  return { method: target, ...rest, blocks: JSON.parse(blocks), attachments: JSON.parse(attachments) };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
