import { createHash } from "node:crypto";
import { type Readable, pipeline } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import { Agent, type Dispatcher, ProxyAgent, request } from "undici";
import { createItems } from "../bytes/items.ts";
import type { TextOf } from "../bytes/trim.ts";
import type { Connection } from "./connection.ts";
import type { Tls } from "./credentials/access.ts";
import { type Asked, Failure, failureOfStatus, failureOfTransport } from "./failure.ts";

export type Deadlines = {
  readonly connectMs: number;
  readonly getMs: number;
  /** A watch owes us a bookmark about every minute. */
  readonly silenceMs: number;
  /** After so long without a word the server is asked for a sign of life, which has to come within `pulseMs`. */
  readonly quietMs: number;
  readonly pulseMs: number;
  /** So long a sign of life is good for all who want one. */
  readonly beatMs: number;
};

/** A server that froze is found a minute later at most: all three of the last together. */
export const deadlines: Deadlines = {
  connectMs: 10_000,
  getMs: 30_000,
  silenceMs: 100_000,
  quietMs: 45_000,
  pulseMs: 10_000,
  beatMs: 5_000,
};

/** Below what V8 can hold as one string. */
const longestBodyBytes = 256 * 1024 * 1024;

type Question = {
  readonly path: string;
  readonly asked: Asked;
  /** Plain JSON where nothing is said. */
  readonly form?: string;
  readonly stop: AbortSignal;
};

type Taking = {
  /** What of an item's JSON is parsed at all. */
  readonly textOf: TextOf;
  readonly take: (item: unknown) => void;
};

export type Requests = {
  /** The parsed answer. */
  get(question: Question): Promise<unknown>;
  /** The parsed answer without its items: each of them was given to `take` as soon as it had come. */
  each(question: Question & Taking): Promise<unknown>;
  /** An answer that goes on and on, once it has begun. Whoever has it must read it to its end or destroy it. */
  open(question: Question): Promise<Readable>;
  close(): Promise<void>;
};

type Options = { readonly connection: Connection; readonly version: string; readonly deadlines: Deadlines };

/** Rejects with a Failure, or with the reason of `stop`. */
export function createRequests({ connection, version, deadlines: within }: Options): Requests {
  const agents = createAgents(connection.proxyUrl, within.connectMs);
  const userAgent = `whatsrunning/${version}`;

  async function get(question: Question): Promise<unknown> {
    return parse(await textOf(chunks(question)));
  }

  async function each({ textOf: part, take, ...question }: Question & Taking): Promise<unknown> {
    const cutter = createItems(longestBodyBytes, part);
    for await (const chunk of chunks(question)) {
      const items = cutter.push(chunk);
      if (items === null) throw tooLong();
      for (const it of items) take(parse(it));
    }
    return parse(cutter.rest());
  }

  /** An answer that comes to its end in time. A fault in what is made of it is not taken for one of the server. */
  async function* chunks(question: Question): AsyncGenerator<Buffer, void> {
    const deadline = AbortSignal.any([question.stop, AbortSignal.timeout(within.getMs)]);
    try {
      for await (const chunk of await answer({ ...question, stop: deadline })) {
        deadline.throwIfAborted();
        yield chunk;
      }
    } catch (err) {
      throw understood(err, question.stop);
    }
  }

  async function open(question: Question): Promise<Readable> {
    try {
      return await answer(question);
    } catch (err) {
      throw understood(err, question.stop);
    }
  }

  async function answer(question: Question): Promise<Readable> {
    const { headers, body } = await ask(question, { "accept-encoding": "gzip" });
    return headers["content-encoding"] === "gzip" ? unpacked(body) : body;
  }

  /** A token can have been replaced since we read it: on the first 401 it is read again. */
  async function ask(question: Question, extra: Readonly<Record<string, string>>): Promise<Dispatcher.ResponseData> {
    const first = await send(question, extra);
    if (first.answer.statusCode !== 401) return accepted(first.answer, question.asked);
    await drop(first.answer);
    await unlessStopped(connection.renew(first.generation), question.stop);
    const second = await send(question, extra);
    return accepted(second.answer, question.asked);
  }

  async function send({ path, form = "application/json", stop }: Question, extra: Readonly<Record<string, string>>) {
    const { generation, headers, tls } = await unlessStopped(connection.credentials(), stop);
    const asking = request(`${connection.server}${path}`, {
      dispatcher: agents.forTls(tls),
      headers: { ...headers, ...extra, accept: form, "user-agent": userAgent },
      headersTimeout: within.getMs,
      bodyTimeout: within.silenceMs,
      signal: stop,
    });
    // undici hears the signal only once it is connected, and a frozen server lets it wait for that
    return { generation, answer: await unlessStopped(asking, stop) };
  }

  return { get, each, open, close: () => agents.close() };
}

/** The work itself is left alone: a program that brings credentials takes its time, and others may be waiting for it too. */
export async function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(stop.reason);
  if (stop.aborted) giveUp();
  stop.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([stopped, work]);
  } finally {
    stop.removeEventListener("abort", giveUp);
  }
}

/** One pool of connections for as long as the certificates stay the same. */
function createAgents(proxyUrl: string | null, connectMs: number) {
  let current: { readonly key: string; readonly agent: Dispatcher } | null = null;
  const retired = new Set<Dispatcher>();

  function forTls(tls: Tls): Dispatcher {
    const key = createHash("sha256").update(JSON.stringify(tls)).digest("hex");
    if (current?.key === key) return current.agent;
    if (current) retire(current.agent);
    current = { key, agent: agentOf(tls) };
    return current.agent;
  }

  /** Watches that are open on it may end in their own time. */
  function retire(agent: Dispatcher): void {
    retired.add(agent);
    agent.close().then(
      () => retired.delete(agent),
      () => retired.delete(agent),
    );
  }

  /**
   * HTTP/1.1, one connection for each watch: where the network has swallowed a connection, the deadline that notices also
   * throws it away. A shared HTTP/2 session would be handed to the next request, dead as it is.
   */
  function agentOf(tls: Tls): Dispatcher {
    const connect = { timeout: connectMs, keepAlive: true, keepAliveInitialDelay: 30_000 };
    if (proxyUrl !== null) return new ProxyAgent({ uri: proxyUrl, requestTls: tls, connect, allowH2: false });
    return new Agent({ allowH2: false, connect: { ...connect, ...tls } });
  }

  async function close(): Promise<void> {
    const all = [...retired, ...(current ? [current.agent] : [])];
    current = null;
    await Promise.all(all.map((it) => it.destroy()));
  }

  return { forTls, close };
}

async function accepted(answer: Dispatcher.ResponseData, asked: Asked): Promise<Dispatcher.ResponseData> {
  if (answer.statusCode === 200) return answer;
  await drop(answer);
  const retryAfter = answer.headers["retry-after"];
  throw failureOfStatus({
    status: answer.statusCode,
    asked,
    retryAfter: typeof retryAfter === "string" ? retryAfter : null,
  });
}

/** Frees the connection. What the server wrote is of no use: see failureOfStatus. */
async function drop({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: 16_384 }).catch(() => null);
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > longestBodyBytes) throw tooLong();
  }
  return Buffer.concat(chunks, bytes).toString("utf8");
}

function tooLong(): Failure {
  return new Failure({ kind: "garbage", sentence: "the API server's answer is too long" });
}

/** Larger than what zlib takes by itself, 16 kB: each piece costs a turn of the event loop. */
const unpackedBytes = 64 * 1024;

/** Gives out what has come so far, and takes an end for one: an answer that breaks off is noticed below, in HTTP. */
function unpacked(body: Readable): Readable {
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: unpackedBytes });
  pipeline(body, gunzip, () => {}); // what breaks is thrown to whoever reads
  return gunzip;
}

/** The engine's own message quotes the text, which can hold anything. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure({ kind: "garbage", sentence: "the API server's answer is not JSON" });
  }
}

function understood(err: unknown, stop: AbortSignal): unknown {
  if (stop.aborted || err instanceof Failure) return err;
  return failureOfTransport(err, "the API server cannot be reached");
}
