import { z } from "zod";
import type { Learnt } from "../../core/check/material.ts";
import { type Asked, Failure } from "../api/failure.ts";
import { type Asking, garbage } from "../api/reply.ts";
import { readWhole } from "../bytes/reading.ts";

/** What the API server does not tell is said in the answer. Rejects with the reason of `stop`, or for a fault of our own. */
export async function learnt<T>(work: () => Promise<T>, stop: AbortSignal): Promise<Learnt<T>> {
  try {
    return { kind: "known", value: await work() };
  } catch (err) {
    stop.throwIfAborted();
    if (!(err instanceof Failure)) throw err;
    return { kind: err.kind === "forbidden" ? "refused" : "no answer", because: err.message };
  }
}

const Page = z.object({ metadata: z.object({ continue: z.string().nullish() }) });
const pageSize = "500";

type Collection = {
  /** Of the collection. */
  readonly path: string;
  readonly asked: Asked;
  readonly query?: Readonly<Record<string, string>>;
};

/** Page by page, and no object is held longer than it takes to make something of it. `null` makes nothing of it. */
export async function collect<T>(
  { path, asked, query = {} }: Collection,
  make: (item: unknown) => T | null,
  { requests, stop }: Asking,
): Promise<readonly T[]> {
  const all: T[] = [];
  const take = (item: unknown): void => {
    const made = make(item);
    if (made !== null) all.push(made);
  };
  let next: string | null = null;
  do {
    const wanted = new URLSearchParams({ ...query, limit: pageSize, ...(next && { continue: next }) });
    const from = `${path}?${wanted.toString()}`;
    const page = Page.safeParse(await requests.each({ path: from, asked, stop, read: readWhole, take }));
    if (!page.success) throw garbage("a list");
    const { continue: more } = page.data.metadata;
    if (more && more === next) throw garbage("a list that goes on");
    next = more ? more : null;
  } while (next !== null);
  return all;
}
