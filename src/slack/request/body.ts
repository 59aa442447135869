import type { IncomingMessage } from "node:http";

export type Body = { readonly kind: "whole"; readonly bytes: Buffer } | { readonly kind: "too large" | "cut off" };

/** Reads no more than `most` bytes, whatever the sender announces. How long that may take is the server's to say. */
export async function readBody(req: IncomingMessage, most: number): Promise<Body> {
  if (Number(req.headers["content-length"] ?? 0) > most) return { kind: "too large" };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > most) return { kind: "too large" };
      chunks.push(bytes);
    }
  } catch {
    return { kind: "cut off" }; // the sender is gone: there is nobody to tell
  }
  return { kind: "whole", bytes: Buffer.concat(chunks) };
}

/** Bolt reads properties of what is in the body without a look at what it is: `null` would end the process. */
export function isPayload(body: Buffer, contentType: string | undefined): boolean {
  const text = body.toString();
  if (contentType !== "application/x-www-form-urlencoded") return isJsonObject(text);
  const payload = new URLSearchParams(text).get("payload");
  return payload === null || isJsonObject(payload);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
