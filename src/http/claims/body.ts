import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "too large" }
  | { readonly kind: "too slow" }
  | { readonly kind: "cut off" };

type Limits = { readonly mostBytes: number; readonly mostMs: number };

/** Reads no more than that, whatever the sender announces, and waits no longer. */
export async function readBody(req: IncomingMessage, { mostBytes, mostMs }: Limits): Promise<Body> {
  if (Number(req.headers["content-length"] ?? 0) > mostBytes) return { kind: "too large" };
  const late = Promise.withResolvers<Body>();
  const timer = setTimeout(() => late.resolve({ kind: "too slow" }), mostMs);
  try {
    return await Promise.race([late.promise, whole(req, mostBytes)]);
  } finally {
    clearTimeout(timer);
  }
}

async function whole(req: IncomingMessage, mostBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > mostBytes) return { kind: "too large" };
      chunks.push(bytes);
    }
  } catch {
    return { kind: "cut off" }; // the sender is gone: there is nobody to tell
  }
  return { kind: "whole", bytes: Buffer.concat(chunks) };
}
