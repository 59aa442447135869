import { setImmediate as yieldToOthers } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "./failure.ts";
import type { Requests } from "./request.ts";
import { formOf, pathOf, type Resource } from "./resource.ts";

const Page = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1), continue: z.string().nullish() }),
  items: z.array(z.unknown()).nullish(),
});

const pageSize = "500";

type Options = {
  readonly requests: Requests;
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly take: (items: readonly unknown[]) => void;
  readonly stop: AbortSignal;
};

/**
 * Reads everything, page by page, and answers the resource version to watch from: all pages come from one snapshot. No
 * resource version is asked for: from 0 on, servers ignore the limit and send all in one piece.
 */
export async function list({ requests, resource, namespace, take, stop }: Options): Promise<string> {
  const asked = { verb: "list", resource: resource.plural, namespace };
  const form = formOf(resource, "list");
  let next: string | null = null;
  for (;;) {
    const path = pathOf({ resource, namespace }, { limit: pageSize, ...(next && { continue: next }) });
    const page = Page.safeParse(await requests.get({ path, asked, form, stop, textOf: resource.textOf }));
    if (!page.success) throw new Failure({ kind: "garbage", sentence: "the API server's answer is not a list" });
    const { metadata, items } = page.data;
    for (const some of slices(items ?? [])) {
      take(some);
      await yieldToOthers();
    }
    stop.throwIfAborted();
    if (!metadata.continue) return metadata.resourceVersion;
    if (metadata.continue === next)
      throw new Failure({ kind: "garbage", sentence: "the API server's list does not go on" });
    next = metadata.continue;
  }
}

/** Others get a turn between them: making records of a whole page takes tens of milliseconds. */
const atOnce = 100;

function slices<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / atOnce) }, (_, i) => items.slice(i * atOnce, (i + 1) * atOnce));
}
