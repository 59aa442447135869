import { createHmac } from "node:crypto";
import type { Answer, Envelope, Way } from "./delivery.ts";
import type { Retry } from "./log.ts";
import { isObject, type JsonObject } from "./json.ts";

/** Signed requests to the app's request URL. */
export function createHttpDelivery(signingSecret: string, requestUrl: () => string | null): Way {
  return {
    send: async (envelope, retry, patienceMs) => {
      const url = requestUrl();
      if (url === null) return "unreachable";
      const { type, body } = encode(envelope);
      // Receivers compare this with the real time, whatever clock the simulation runs by.
      const seconds = String(Math.floor(Date.now() / 1_000));
      const headers = {
        "content-type": type,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": seconds,
        "x-slack-signature": sign(signingSecret, seconds, body),
        ...retryHeaders(retry),
      };
      try {
        const signal = AbortSignal.timeout(patienceMs);
        const response = await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
        return await read(response);
      } catch (err) {
        return err instanceof Error && err.name === "TimeoutError" ? "silent" : "unreachable";
      }
    },
  };
}

/** Receivers want exactly these content types, without a charset. */
function encode({ kind, payload }: Envelope): { readonly type: string; readonly body: string } {
  const form = "application/x-www-form-urlencoded";
  switch (kind) {
    case "events_api":
      return { type: "application/json", body: JSON.stringify(payload) };
    case "interactive":
      return { type: form, body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() };
    case "slash_commands":
      return { type: form, body: new URLSearchParams(fields(payload)).toString() };
  }
}

function fields(payload: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));
}

function sign(secret: string, seconds: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex")}`;
}

function retryHeaders(retry: Retry | null): Record<string, string> {
  return retry === null ? {} : { "x-slack-retry-num": String(retry.num), "x-slack-retry-reason": retry.reason };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, body: isJson ? parsed(text) : text };
}

/** What claims to be JSON and is none stays text, which no caller takes for an answer. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : text;
  } catch {
    return text;
  }
}
