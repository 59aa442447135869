import { createHash } from "node:crypto";
import { z } from "zod";
import type { LeftEvent, Target } from "../../ports/rollback.ts";
import { Failure, failureOfStatus } from "../api/failure.ts";
import type { Requests } from "../api/request.ts";
import { isGone } from "./read.ts";
import { pathOfWorkload, pluralOf } from "./place.ts";

const Owner = z.object({ metadata: z.object({ uid: z.string().min(1) }) });
const component = "whatsrunning";
const longestNote = 1024;

type Leaving = { readonly requests: Requests; readonly stop: AbortSignal };

/** On a workload that is gone there is nothing to leave it on. */
export async function leaveEvent(of: Target, event: LeftEvent, { requests, stop }: Leaving): Promise<void> {
  const form = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  const read = await requests.tell({ method: "GET", path: pathOfWorkload(of), form, stop });
  if (isGone(read)) return;
  const asked = { verb: "get", resource: pluralOf[of.kind], namespace: of.namespace };
  if (read.status !== 200) throw failureOfStatus({ status: read.status, asked });

  const path = `/api/v1/namespaces/${encodeURIComponent(of.namespace)}/events`;
  const body = JSON.stringify(eventOf(of, uidIn(read.text), event));
  const headers = { "content-type": "application/json" };
  const left = await requests.tell({ method: "POST", path, headers, body, stop });
  if (left.status === 201 || left.status === 409) return; // left, or left before
  throw failureOfStatus({
    status: left.status,
    asked: { verb: "create", resource: "events", namespace: of.namespace },
  });
}

function uidIn(text: string): string {
  try {
    return Owner.parse(JSON.parse(text)).metadata.uid;
  } catch {
    throw new Failure({ kind: "garbage", sentence: "the API server's answer is not a workload" });
  }
}

/** `kubectl describe` finds it by the uid. Its name may only have small letters. */
function eventOf({ namespace, kind, name }: Target, uid: string, { name: id, type, reason, message, at }: LeftEvent) {
  const time = `${new Date(at).toISOString().slice(0, 19)}Z`;
  const suffix = createHash("sha256").update(id).digest("hex").slice(0, 16);
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name.slice(0, 200)}.${suffix}`, namespace },
    involvedObject: { apiVersion: "apps/v1", kind, namespace, name, uid },
    type,
    reason,
    message: message.slice(0, longestNote).toWellFormed(),
    source: { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
