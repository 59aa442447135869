import { Agent, type Dispatcher, request } from "undici";
import { deadlineIn, unlessStopped } from "../deadline.ts";
import { guardedLookup, InsideAddress } from "./address.ts";
import { type Endpoint, insideNetwork, redirectTarget, type RegistryList } from "./allow.ts";
import { noAnswer, Refusal, unreachable } from "./refusal.ts";

export type Limits = {
  /** For one call from its first byte out to its last byte in, redirects included. */
  readonly callMs: number;
  readonly connectMs: number;
  readonly mostBytes: number;
};

export const limits: Limits = { callMs: 5_000, connectMs: 3_000, mostBytes: 4 * 1024 * 1024 };

type Call = {
  readonly url: URL;
  readonly method: "GET" | "HEAD" | "POST";
  /** Shown to the origin of `url`, and to no other. */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly stop: AbortSignal;
};

export type Reply = {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
};

export type Requests = {
  /** Whatever the registry answers. Throws a refusal when there is no answer, or none that may be read. */
  send(endpoint: Endpoint, call: Call): Promise<Reply>;
  close(): Promise<void>;
};

type Options = { readonly listed: RegistryList; readonly version: string; readonly limits: Limits };

const mostRedirects = 3;

/** The one way out to a registry: addresses, redirects, sizes and deadlines are decided here. */
export function createRequests({ listed, version, limits: within }: Options): Requests {
  const agents = { open: agent(false), private: agent(true) };

  function agent(isPrivate: boolean): Agent {
    const connect = { timeout: within.connectMs, lookup: guardedLookup(isPrivate) };
    return new Agent({ allowH2: false, connect, keepAliveTimeout: 10_000, connections: 8 });
  }

  async function send(endpoint: Endpoint, call: Call): Promise<Reply> {
    using deadline = deadlineIn(within.callMs, call.stop);
    try {
      return await follow(endpoint, { ...call, stop: deadline.signal });
    } catch (err) {
      if (err instanceof Refusal) throw err;
      call.stop.throwIfAborted();
      if (isInside(err)) throw insideNetwork(endpoint.name);
      throw unreachable(endpoint.name, err);
    }
  }

  /** By hand: what was meant for one origin is not shown to the next. */
  async function follow(endpoint: Endpoint, call: Call): Promise<Reply> {
    let { url } = call;
    for (let hops = 0; hops <= mostRedirects; hops++) {
      const target = redirectTarget(url, endpoint, listed);
      const isOwn = url.origin === call.url.origin;
      const answer = await once(call, url, { isOwn, dispatcher: target.private ? agents.private : agents.open });
      const location = answer.headers["location"];
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.statusCode) && call.method !== "POST";
      if (!isRedirect || typeof location !== "string") return replyOf(answer, endpoint.name, call.stop);
      await answer.body.dump({ limit: 16_384 }).catch(() => null);
      const next = URL.parse(location, url);
      if (next === null) break;
      url = next;
    }
    throw noAnswer(`${endpoint.name} sends us from one address to the next`);
  }

  async function once(call: Call, url: URL, to: { readonly isOwn: boolean; readonly dispatcher: Agent }) {
    const secret = to.isOwn && call.authorization ? { authorization: call.authorization } : {};
    const asking = request(url, {
      dispatcher: to.dispatcher,
      method: call.method,
      headers: { "user-agent": `whatsrunning/${version}`, ...call.headers, ...secret },
      headersTimeout: within.callMs,
      bodyTimeout: within.callMs,
      signal: call.stop,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    // undici hears the signal only once it is connected
    return unlessStopped(asking, call.stop);
  }

  async function replyOf(answer: Dispatcher.ResponseData, name: string, stop: AbortSignal): Promise<Reply> {
    const header = (key: string): string | null => {
      const value = answer.headers[key];
      return typeof value === "string" ? value : (value?.[0] ?? null);
    };
    return { status: answer.statusCode, header, body: await read(answer, name, stop) };
  }

  async function read({ body }: Dispatcher.ResponseData, name: string, stop: AbortSignal): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      stop.throwIfAborted();
      const part = Buffer.from(chunk);
      bytes += part.length;
      if (bytes > within.mostBytes) throw noAnswer(`the answer of ${name} is too long`);
      chunks.push(part);
    }
    return Buffer.concat(chunks, bytes);
  }

  return {
    send,
    close: async () => {
      await Promise.all([agents.open.destroy(), agents.private.destroy()]);
    },
  };
}

function isInside(err: unknown): boolean {
  return err instanceof InsideAddress || (err instanceof Error && err.cause !== undefined && isInside(err.cause));
}
