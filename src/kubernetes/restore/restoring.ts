import type { PodRef } from "../../core/operation/operation.ts";
import type { Patch } from "../../core/operation/step.ts";
import type { Restoring, Target } from "../../ports/rollback.ts";
import { failureOfStatus } from "../api/failure.ts";
import { saysNone } from "../api/reply.ts";
import type { Reply, Requests } from "../api/request.ts";
import { writeExactly } from "../bytes/exact.ts";
import { answerOf, rehearsalOf } from "./answer.ts";
import { leaveEvent } from "./event.ts";
import { operationsOf } from "./operations.ts";
import { pathOfWorkload, pluralOf } from "./place.ts";
import { readLive, readRevisions } from "./read.ts";
import { pinned, rawTemplate } from "./template.ts";

const fieldManager = "whatsrunning";

/** Everything goes through as raw JSON: typed models lose what they do not know. Rejects with a Failure, or as `stop` says. */
export function createRestoring(requests: Requests): Restoring {
  const revisions: Restoring["revisions"] = async (of, stop) => readRevisions(of, { requests, stop });

  const revision: Restoring["revision"] = async (of, uid, pins, stop) => {
    const found = (await revisions(of, stop)).find((it) => it.uid === uid);
    if (!found) return null;
    const json = pinned(found.template.json, pins);
    return json === null ? null : { ...found, template: rawTemplate(json) };
  };

  async function send(of: Target, patch: Patch, more: Readonly<Record<string, string>>, stop: AbortSignal) {
    const query = new URLSearchParams({ fieldManager, fieldValidation: "Strict", ...more });
    return requests.tell({
      method: "PATCH",
      path: `${pathOfWorkload(of)}?${query.toString()}`,
      headers: { "content-type": "application/json-patch+json", "audit-id": patch.operation },
      body: writeExactly(operationsOf(patch)),
      stop,
    });
  }

  async function deletePod(namespace: string, { name, uid }: PodRef, stop: AbortSignal): Promise<Reply> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
    const body = JSON.stringify({ apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } });
    return requests.tell({ method: "DELETE", path, headers: { "content-type": "application/json" }, body, stop });
  }

  return {
    live: async (of, stop) => readLive(of, { requests, stop }),
    revisions,
    revision,
    patch: async (of, patch, stop) => answerOf(await send(of, patch, {}, stop), asked(of)),
    rehearse: async (of, patch, stop) => rehearsalOf(await send(of, patch, { dryRun: "All" }, stop), asked(of)),
    async deletePod(namespace, pod, stop) {
      const reply = await deletePod(namespace, pod, stop);
      if (reply.status === 200 || reply.status === 202) return "done";
      if (reply.status === 403) return "refused";
      if (reply.status === 409 || saysNone(reply)) return "not needed";
      throw failureOfStatus({ status: reply.status, asked: { verb: "delete", resource: "pods", namespace } });
    },
    leaveEvent: async (of, event, stop) => leaveEvent(of, event, { requests, stop }),
  };
}

function asked({ kind, namespace }: Target) {
  return { verb: "patch", resource: pluralOf[kind], namespace };
}
