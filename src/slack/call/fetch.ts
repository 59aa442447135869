import { type IncomingMessage, request as http } from "node:http";
import { request as https } from "node:https";
import type { webApi } from "@slack/bolt";
import { deadlineIn } from "../../deadline.ts";

/**
 * What Bolt calls Slack with. Bolt gives API calls a deadline, but not what it posts to a response_url; and it does not
 * read what answers that, whose connection would stay taken. The global fetch does the same for twice the processor time,
 * and keeps thirty times as much from being collected soon. No redirect is followed: Slack sends none.
 */
export function fetchWithin(ms: number): webApi.FetchFunction {
  return async (url, { method, headers = {}, body, signal } = {}) => {
    if (method !== "POST" || typeof body !== "string") throw new TypeError("Slack is posted text, and nothing else");
    using deadline = deadlineIn(ms, ...(signal ? [signal] : []));
    return await post({ url: new URL(url), headers, body, stop: deadline.signal });
  };
}

type Posting = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly stop: AbortSignal;
};

async function post({ url, headers, body, stop }: Posting): Promise<Response> {
  stop.throwIfAborted();
  const answered = Promise.withResolvers<Response>();
  const request = url.protocol === "https:" ? https : http;
  const length = String(Buffer.byteLength(body));
  const sent = request(url, { method: "POST", headers: { ...headers, "content-length": length } });
  stop.addEventListener("abort", giveUp, { once: true });
  sent.on("error", answered.reject);
  sent.on("response", (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (it: Buffer) => chunks.push(it));
    answer.on("end", () => answered.resolve(responseOf(url, answer, Buffer.concat(chunks))));
    answer.on("error", answered.reject); // it was cut off
  });
  sent.end(body);
  return answered.promise;

  function giveUp(): void {
    answered.reject(stop.reason);
    sent.destroy();
  }
}

function responseOf({ href }: URL, { statusCode: status = 0, statusMessage, headers }: IncomingMessage, body: Buffer) {
  const fields = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: statusMessage ?? "",
    url: href,
    headers: { get: (name: string) => fields.get(name.toLowerCase()) ?? null, entries: () => fields.entries() },
    arrayBuffer: async () => new Uint8Array(body).buffer,
    text: async () => body.toString(),
    json: async () => JSON.parse(body.toString()) as unknown,
  } satisfies Response;
}

type Response = Awaited<ReturnType<webApi.FetchFunction>>;
