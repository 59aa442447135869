import { z } from "zod";
import { Failure } from "./failure.ts";
import type { Requests } from "./request.ts";
import { formOf, pathOf, type Resource } from "./resource.ts";

const Page = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1), continue: z.string().nullish() }),
  items: z.array(z.unknown()).nullish(),
});

const pageSize = "500";

type Options<T> = {
  readonly requests: Requests;
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly read: (json: Buffer) => T;
  readonly take: (item: T) => void;
  readonly stop: AbortSignal;
};

/**
 * Reads everything, page by page, and answers the resource version to watch from: all pages come from one snapshot. No
 * resource version is asked for: from 0 on, servers ignore the limit and send all in one piece.
 */
export async function list<T>({ requests, resource, namespace, read, take, stop }: Options<T>): Promise<string> {
  const asked = { verb: "list", resource: resource.plural, namespace };
  const form = formOf(resource, "list");
  let next: string | null = null;
  for (;;) {
    const path = pathOf({ resource, namespace }, { limit: pageSize, ...(next && { continue: next }) });
    const page = Page.safeParse(await requests.each({ path, asked, form, stop, read, take }));
    if (!page.success) throw new Failure({ kind: "garbage", sentence: "the API server's answer is not a list" });
    const { metadata, items } = page.data;
    for (const it of items ?? []) take(read(Buffer.from(JSON.stringify(it)))); // what was not cut out is no object
    stop.throwIfAborted();
    if (!metadata.continue) return metadata.resourceVersion;
    if (metadata.continue === next)
      throw new Failure({ kind: "garbage", sentence: "the API server's list does not go on" });
    next = metadata.continue;
  }
}
