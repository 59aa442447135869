import { createHash } from "node:crypto";
import { z } from "zod";
import type { LeftEvent, Target } from "../../ports/rollback.ts";
import { failureOfStatus } from "../api/failure.ts";
import { type Asking, garbage, metadataAt } from "../api/reply.ts";
import { pathOfWorkload, pluralOf } from "./place.ts";

const Owner = z.object({ metadata: z.object({ uid: z.string().min(1) }) });
const component = "whatsrunning";
const longestNote = 1024;

/** On a workload that is gone there is nothing to leave it on. */
export async function leaveEvent(of: Target, event: LeftEvent, { requests, stop }: Asking): Promise<void> {
  const asked = { verb: "get", resource: pluralOf[of.kind], namespace: of.namespace };
  const found = await metadataAt(pathOfWorkload(of), asked, { requests, stop });
  if (found === null) return;
  const owner = Owner.safeParse(found);
  if (!owner.success) throw garbage("a workload");

  const path = `/api/v1/namespaces/${encodeURIComponent(of.namespace)}/events`;
  const body = JSON.stringify(eventOf(of, owner.data.metadata.uid, event));
  const headers = { "content-type": "application/json" };
  const left = await requests.tell({ method: "POST", path, headers, body, stop });
  if (left.status === 201 || left.status === 409) return; // left, or left before
  throw failureOfStatus({
    status: left.status,
    asked: { verb: "create", resource: "events", namespace: of.namespace },
  });
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
