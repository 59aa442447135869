import { z } from "zod";
import { type Asked, Failure, failureOfStatus } from "./failure.ts";
import type { Reply, Requests } from "./request.ts";

/** Reading single objects, where "there is none" is an answer too. */

export type Asking = { readonly requests: Requests; readonly stop: AbortSignal };

/** The object's metadata alone. Null: there is none of that name. */
export async function metadataAt(path: string, asked: Asked, { requests, stop }: Asking): Promise<unknown> {
  const form = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  const reply = await requests.tell({ method: "GET", path, form, stop });
  if (saysNone(reply)) return null;
  if (reply.status !== 200) throw failureOfStatus({ status: reply.status, asked });
  return jsonOf(reply);
}

const NoSuchObject = z.object({ kind: z.literal("Status"), reason: z.literal("NotFound") });

/** The API server's own "there is none of that name". A page of text is somebody else's, or says that there is no such kind. */
export function saysNone({ status, text }: Reply): boolean {
  if (status !== 404) return false;
  try {
    return NoSuchObject.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

export function jsonOf({ text }: Reply): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw garbage("JSON");
  }
}

export function garbage(what: string): Failure {
  return new Failure({ kind: "garbage", sentence: `the API server's answer is not ${what}` });
}
