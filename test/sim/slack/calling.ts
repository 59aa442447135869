import { isObject, type JsonObject, listAt, stringAt } from "../../../sim/slack/json.ts";
import type { Slack } from "../../../sim/slack/server.ts";

type How = { readonly as?: "form" | "json"; readonly token?: string | null };

/** Calls the Web API as a client does: a form whose objects are JSON, or JSON. */
export async function call(slack: Slack, method: string, args: JsonObject = {}, how: How = {}) {
  const { as = "form", token = slack.botToken } = how;
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: "POST",
    headers: {
      "content-type": as === "form" ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: as === "form" ? form(args) : JSON.stringify(args),
  });
  const body: unknown = await response.json();
  return { status: response.status, headers: response.headers, ...(isObject(body) ? body : {}) };
}

function form(args: JsonObject): string {
  const fields = Object.entries(args).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(Object.fromEntries(fields)).toString();
}

/** Posts and gives the ts. */
export async function post(slack: Slack, args: JsonObject): Promise<string> {
  const answer = await call(slack, "chat.postMessage", { channel: "C01DEPLOYS", text: "t", ...args });
  const ts = stringAt(answer, "ts");
  if (ts === undefined) throw new Error(`not posted: ${JSON.stringify(answer)}`);
  return ts;
}

export async function respond(url: string, body: JsonObject) {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

/** The trigger and the response URL of the last thing that a person did. */
export function lastDelivery(slack: Slack): { readonly trigger: string; readonly responseUrl: string } {
  const payload = slack.deliveries.at(-1)?.payload;
  return { trigger: stringAt(payload, "trigger_id") ?? "", responseUrl: stringAt(payload, "response_url") ?? "" };
}

export function texts(answer: unknown): readonly unknown[] {
  return listAt(answer, "messages").map((it) => stringAt(it, "text"));
}
