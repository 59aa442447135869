import { z } from "zod";
import type { Json, Live, RawRevision } from "../../core/operation/live.ts";
import { fenceKey } from "../../core/operation/trace.ts";
import type { Target } from "../../ports/rollback.ts";
import { failureOfStatus } from "../api/failure.ts";
import { type Asking, garbage, saysNone } from "../api/reply.ts";
import type { Reply } from "../api/request.ts";
import { selectorOf } from "../api/selector.ts";
import { fieldOf, isList, isRecord, parseExactly, plainly } from "../bytes/exact.ts";
import { apps, pathOfWorkload, pluralOf, revisionsOf } from "./place.ts";
import { rawTemplate, withoutHashLabel } from "./template.ts";

const Texts = z.record(z.string(), z.string());
const Workload = z.object({
  metadata: z.object({
    uid: z.string().min(1),
    generation: z.int(),
    annotations: Texts.nullish(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({ paused: z.boolean().nullish(), template: z.unknown() }),
});

export async function readLive(of: Target, asking: Asking): Promise<Live | "gone"> {
  const reply = await readWorkload(of, asking);
  return reply === "gone" ? "gone" : liveOf(reply.text);
}

async function readWorkload(of: Target, { requests, stop }: Asking): Promise<Reply | "gone"> {
  const reply = await requests.tell({ method: "GET", path: pathOfWorkload(of), stop });
  if (saysNone(reply)) return "gone";
  const asked = { verb: "get", resource: pluralOf[of.kind], namespace: of.namespace };
  if (reply.status !== 200) throw failureOfStatus({ status: reply.status, asked });
  return reply;
}

export function liveOf(text: string): Live {
  const exact = exactly(text);
  const read = Workload.safeParse(plainly(exact));
  const template = fieldOf(fieldOf(exact, "spec"), "template");
  if (!read.success || template === undefined) throw garbage("a workload");
  const { metadata, spec } = read.data;
  const annotations = metadata.annotations ?? null;
  return {
    uid: metadata.uid,
    generation: metadata.generation,
    fence: annotations?.[fenceKey] ?? null,
    template: rawTemplate(template),
    annotations,
    paused: spec.paused ?? false,
    deleting: metadata.deletionTimestamp != null,
  };
}

const List = z.object({ metadata: z.object({ continue: z.string().nullish() }) });
const Revision = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string().min(1),
    annotations: Texts.nullish(),
    ownerReferences: z.array(z.object({ uid: z.string(), controller: z.boolean().nullish() })).nullish(),
  }),
  revision: z.number().nullish(),
});
const pageSize = "200";

export async function readRevisions(of: Target, asking: Asking): Promise<readonly RawRevision[]> {
  const workload = await readWorkload(of, asking);
  if (workload === "gone") return [];
  const { uid } = liveOf(workload.text);
  const labelSelector = selectorOf(JSON.parse(workload.text));
  const all: RawRevision[] = [];
  let next: string | null = null;
  do {
    const exact = await readPage(of, { labelSelector, limit: pageSize, ...(next && { continue: next }) }, asking);
    const page = List.safeParse(plainly({ metadata: fieldOf(exact, "metadata") ?? null }));
    if (!page.success) throw garbage("a list");
    const items = fieldOf(exact, "items") ?? []; // an empty list is null on some servers
    for (const it of isList(items) ? items : []) all.push(...revisionOf(it, of, uid));
    const { continue: more } = page.data.metadata;
    if (more && more === next) throw garbage("a list that goes on");
    next = more ? more : null;
  } while (next !== null);
  return all.toSorted((a, b) => b.number - a.number);
}

async function readPage(
  { kind, namespace }: Target,
  query: Readonly<Record<string, string>>,
  { requests, stop }: Asking,
): Promise<Json> {
  const resource = revisionsOf(kind);
  const path = `${apps}/namespaces/${encodeURIComponent(namespace)}/${resource}?${new URLSearchParams(query).toString()}`;
  const reply = await requests.tell({ method: "GET", path, stop });
  if (reply.status !== 200)
    throw failureOfStatus({ status: reply.status, asked: { verb: "list", resource, namespace } });
  return exactly(reply.text);
}

/** Selectors overlap: only what the workload itself controls counts. */
function revisionOf(exact: Json, { kind }: Target, owner: string): readonly RawRevision[] {
  const read = Revision.safeParse(plainly(exact));
  if (!read.success) return [];
  const { metadata, revision } = read.data;
  if (!metadata.ownerReferences?.some((it) => it.controller === true && it.uid === owner)) return [];
  const annotations = metadata.annotations ?? {};
  const number =
    kind === "Deployment" ? Number(annotations["deployment.kubernetes.io/revision"] ?? 0) : (revision ?? 0);
  const template = kind === "Deployment" ? fieldOf(fieldOf(exact, "spec"), "template") : templateInData(exact);
  if (template === undefined || !Number.isSafeInteger(number)) return [];
  const json = withoutHashLabel(template);
  return [{ uid: metadata.uid, name: metadata.name, number, template: rawTemplate(json), annotations }];
}

/** It is kept in the form of the patch that would bring it back. */
function templateInData(exact: Json): Json | undefined {
  const kept = fieldOf(fieldOf(fieldOf(exact, "data"), "spec"), "template");
  if (!isRecord(kept)) return undefined;
  return Object.fromEntries(Object.entries(kept).filter(([key]) => key !== "$patch"));
}

function exactly(text: string): Json {
  try {
    return parseExactly(text);
  } catch {
    throw garbage("JSON");
  }
}
