import { type Dispatcher, request } from "undici";
import type { Connection } from "./connection.ts";
import { createAgents } from "./agents.ts";
import { unlessStopped } from "../../deadline.ts";

export type Sending = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly stop: AbortSignal;
};

type Options = {
  readonly connection: Connection;
  readonly version: string;
  readonly deadlines: { readonly connectMs: number; readonly getMs: number; readonly silenceMs: number };
};

/** One request and whatever the server answers, with our credentials and under our name. */
export function createExchange({ connection, version, deadlines: within }: Options) {
  const agents = createAgents(connection.proxyUrl, within.connectMs);
  const userAgent = `whatsrunning/${version}`;

  /**
   * A token can have been replaced since we read it: on the first 401 it is read again. Nothing of a request that was
   * answered so has been done.
   */
  async function exchange(sending: Sending): Promise<Dispatcher.ResponseData> {
    const first = await send(sending);
    if (first.answer.statusCode !== 401) return first.answer;
    await drop(first.answer);
    await unlessStopped(connection.renew(first.generation), sending.stop);
    return (await send(sending)).answer;
  }

  async function send({ method, path, headers: wanted, body, stop }: Sending) {
    const { generation, headers, tls } = await unlessStopped(connection.credentials(), stop);
    stop.throwIfAborted(); // nothing may leave after that
    const asking = request(`${connection.server}${path}`, {
      method,
      dispatcher: agents.forTls(tls),
      headers: { ...headers, ...wanted, "user-agent": userAgent },
      ...(body === undefined ? {} : { body }),
      headersTimeout: within.getMs,
      bodyTimeout: within.silenceMs,
      signal: stop,
    });
    // undici hears the signal only once it is connected, and a frozen server lets it wait for that
    return { generation, answer: await unlessStopped(asking, stop) };
  }

  return { exchange, close: () => agents.close() };
}

/** Frees the connection. What the server wrote is of no use. */
export async function drop({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: 16_384 }).catch(() => null);
}
