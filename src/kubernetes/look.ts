import { z } from "zod";
import { type ClusterRecord, resourcesBehind, type Workload } from "../core/workload.ts";
import { Failure } from "./api/failure.ts";
import type { Origin } from "./project/object.ts";
import type { Requests } from "./api/request.ts";
import { pathOf, type Resource, resources } from "./api/resource.ts";
import { selectorOf } from "./api/selector.ts";

const Items = z.object({
  metadata: z.object({ continue: z.string().nullish() }),
  items: z.array(z.unknown()).nullish(),
});
/** Pods of one workload that one answer may hold: whoever has more is not read directly. */
const most = "500";

type Options = { readonly requests: Requests; readonly origin: Origin; readonly stop: AbortSignal };

/**
 * Reads one workload with its revisions and pods past all streams, as of now. Empty: there is none of that name any more.
 * Rejects with a Failure when nobody can tell.
 */
export async function look(
  { namespace, kind, name }: Pick<Workload, "namespace" | "kind" | "name">,
  options: Options,
): Promise<readonly ClusterRecord[]> {
  const behind = resourcesBehind(kind);
  const needed = resources.filter((it) => behind.includes(it.plural));
  const resource = needed.find((it) => it.what === "workload");
  if (!resource) return [];
  const [raw] = await itemsOf({ resource, namespace, query: { fieldSelector: `metadata.name=${name}` } }, options);
  if (raw === undefined) return [];

  const labelSelector = selectorOf(raw);
  const owned = needed.filter((it) => it.what !== "workload");
  const lists = owned.map(async (it) =>
    projected(it, await itemsOf({ resource: it, namespace, query: { labelSelector } }, options), options),
  );
  return [...projected(resource, [raw], options), ...(await Promise.all(lists)).flat()];
}

type Asking = {
  readonly resource: Resource;
  readonly namespace: string;
  readonly query: Readonly<Record<string, string>>;
};

async function itemsOf(
  { resource, namespace, query }: Asking,
  { requests, stop }: Options,
): Promise<readonly unknown[]> {
  const asked = { verb: "list", resource: resource.plural, namespace };
  const path = pathOf({ resource, namespace }, { ...query, limit: most });
  const answer = Items.safeParse(await requests.get({ path, asked, read: resource.read, stop }));
  if (!answer.success) throw new Failure({ kind: "garbage", sentence: "the API server's answer is not a list" });
  if (answer.data.metadata.continue)
    throw new Failure({ kind: "refused", sentence: "it has too many pods to be read at once" });
  return answer.data.items ?? [];
}

function projected(resource: Resource, items: readonly unknown[], { origin }: Options): readonly ClusterRecord[] {
  return items.flatMap((raw) => {
    const it = resource.project(raw, origin);
    return it.kind === "record" ? [it.record] : [];
  });
}
