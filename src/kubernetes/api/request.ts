import { type Readable, pipeline } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import type { Dispatcher } from "undici";
import { createListReader } from "../bytes/list.ts";
import { type Reading, readWhole } from "../bytes/reading.ts";
import type { Connection } from "./connection.ts";
import { type Asked, Failure, failureOfStatus, failureOfTransport } from "./failure.ts";
import { createExchange, drop, type Sending } from "./exchange.ts";
import { deadlineIn, unlessStopped } from "../../deadline.ts";

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
  /** What of the answer's JSON is parsed at all. All of it where nothing is said. */
  readonly read?: Reading;
  readonly stop: AbortSignal;
};

type Taking<T> = {
  readonly read: (json: Buffer) => T;
  readonly take: (item: T) => void;
};

export type Requests = {
  /** The parsed answer. */
  get(question: Question): Promise<unknown>;
  /** The parsed answer without its items: each of them was given to `take` as soon as it had come. */
  each<T>(question: Omit<Question, "read"> & Taking<T>): Promise<unknown>;
  /** An answer that goes on and on, once it has begun. Whoever has it must read it to its end or destroy it. */
  open(question: Question): Promise<Readable>;
  /** Whatever the server answers. No certain answer is a rejection: what was sent may have been done, or may yet be. */
  tell(word: Word): Promise<Reply>;
  close(): Promise<void>;
};

type Word = Pick<Sending, "method" | "path" | "body" | "stop"> & {
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

type Options = { readonly connection: Connection; readonly version: string; readonly deadlines: Deadlines };

/** Rejects with a Failure, or with the reason of `stop`. */
export function createRequests({ connection, version, deadlines: within }: Options): Requests {
  const { exchange, close } = createExchange({ connection, version, deadlines: within });

  async function get(question: Question): Promise<unknown> {
    const { read = readWhole } = question;
    const json = await wholeOf(chunks(question));
    return understandable(() => read(json));
  }

  async function each<T>({ read, take, ...question }: Omit<Question, "read"> & Taking<T>): Promise<unknown> {
    const reader = createListReader(longestBodyBytes, read);
    for await (const chunk of chunks(question)) {
      const items = understandable(() => reader.push(chunk));
      if (items === null) throw tooLong();
      for (const it of items) take(it);
    }
    const { items, rest } = understandable(() => reader.end());
    for (const it of items) take(it);
    return rest;
  }

  /** An answer that comes to its end in time. A fault in what is made of it is not taken for one of the server. */
  async function* chunks(question: Question): AsyncGenerator<Buffer, void> {
    using deadline = deadlineIn(within.getMs, question.stop);
    try {
      for await (const chunk of await answer({ ...question, stop: deadline.signal })) {
        deadline.signal.throwIfAborted();
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

  async function ask(question: Question, extra: Readonly<Record<string, string>>): Promise<Dispatcher.ResponseData> {
    const { path, form = "application/json", stop } = question;
    return accepted(await exchange({ method: "GET", path, headers: { ...extra, accept: form }, stop }), question.asked);
  }

  async function tell({ method, path, form = "application/json", headers, body, stop }: Word): Promise<Reply> {
    using deadline = deadlineIn(within.getMs, stop);
    try {
      const sending = { method, path, headers: { ...headers, accept: form }, stop: deadline.signal };
      const reply = await exchange(body === undefined ? sending : { ...sending, body });
      const text = await unlessStopped(wholeOf(reply.body), deadline.signal);
      return { status: reply.statusCode, headers: reply.headers, text: text.toString() };
    } catch (err) {
      throw understood(err, stop);
    }
  }

  return { get, each, open, tell, close };
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

async function wholeOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > longestBodyBytes) throw tooLong();
  }
  return Buffer.concat(chunks, bytes);
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
function understandable<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw new Failure({ kind: "garbage", sentence: "the API server's answer is not JSON" });
  }
}

function understood(err: unknown, stop: AbortSignal): unknown {
  if (stop.aborted || err instanceof Failure) return err;
  return failureOfTransport(err, "the API server cannot be reached");
}
