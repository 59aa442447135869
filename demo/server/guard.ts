import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Other pages in the same browser can reach loopback too. They cannot read our page, and so do not have its token; and a
 * name of theirs that they point at 127.0.0.1 later on is not a host of ours.
 */
export type Guard = { readonly port: number; readonly token: string };

export type Refused = { readonly status: 403 | 415 | 421; readonly why: string };

/** Null: let in. */
export function refusedBy({ port, token }: Guard, request: IncomingMessage): Refused | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = "", origin } = request.headers;
  if (!hosts.includes(host)) return { status: 421, why: `This page answers only as ${hosts.join(" or ")}.` };
  if (request.method === "GET" || request.method === "HEAD") return null;

  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, why: "Another page asked." };
  const sent = request.headers["x-demo-token"];
  if (typeof sent !== "string" || !isSame(sent, token)) {
    return { status: 403, why: "This page is from an earlier run of the demo. Load it again." };
  }
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
  return isJson ? null : { status: 415, why: "Only JSON is read." };
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** On every answer. The page has no inline script or style, and nothing from elsewhere. */
export const headers = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
} as const;
