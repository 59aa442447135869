import { z } from "zod";
import { type Asked, Failure, failureOfStatus } from "../api/failure.ts";
import type { Resource } from "../api/resource.ts";
import { fieldOf } from "../project/object.ts";
import type { Item, Retold } from "./retold.ts";

export type Told =
  | (Item & { readonly kind: "retold" })
  | {
      readonly kind: "object";
      readonly deleted: boolean;
      readonly object: unknown;
      readonly sum: number | null;
      readonly resourceVersion: string;
    }
  /** Nothing changed up to here. Its object is empty but for that, so nothing else is read of it. */
  | { readonly kind: "bookmark"; readonly resourceVersion: string; readonly endsInitial: boolean };

/** One line of a watch, taken apart. Null: it is no JSON. */
export type Line = { readonly type: unknown; readonly item: Item } | null;

/** An object that is there is read by itself: the same bytes can then be told under either name. */
export function lineOf(bytes: Buffer, { read }: Resource, retold: Retold): Line {
  for (const { type, before } of there) {
    if (!before.equals(bytes.subarray(0, before.length))) continue;
    try {
      const item = retold.item(bytes.subarray(before.length, -1), read);
      // after a list, what was told before is news: of a deletion, or that the place in the stream has moved on
      if (item.kind === "read" || type === "ADDED") return { type, item };
    } catch {
      break; // there is more in it than that
    }
  }
  try {
    const { type, object } = Whole.parse(read(bytes));
    return { type, item: { kind: "read", object, sum: null } };
  } catch {
    return null;
  }
}

const there = ["ADDED", "MODIFIED"].map((type) => ({ type, before: Buffer.from(`{"type":"${type}","object":`) }));
const Whole = z.object({ type: z.unknown(), object: z.unknown() });

const Event = z.compile(
  z.discriminatedUnion("type", [
    z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]), object: z.unknown() }),
    z.object({ type: z.literal("ERROR"), object: z.object({ code: z.number() }) }),
  ]),
);
const Versioned = z.compile(
  z.object({
    metadata: z.object({ resourceVersion: z.string().min(1), annotations: z.unknown().optional() }),
  }),
);
const endsInitial = "k8s.io/initial-events-end";

export function told(line: Line, asked: Asked): Told | Failure {
  if (line === null) return garbage();
  const { type: name, item } = line;
  if (item.kind === "retold") return item;
  const event = Event.safeParse({ type: name, object: item.object });
  if (!event.success) return garbage();
  const { type, object } = event.data;
  if (type === "ERROR") return failureOfStatus({ status: object.code, asked });
  const versioned = Versioned.safeParse(object);
  if (!versioned.success) return garbage();
  const { resourceVersion, annotations } = versioned.data.metadata;
  if (type === "BOOKMARK") {
    return { kind: "bookmark", resourceVersion, endsInitial: fieldOf(annotations, endsInitial) === "true" };
  }
  return { kind: "object", deleted: type === "DELETED", object, sum: item.sum, resourceVersion };
}

function garbage(): Failure {
  return new Failure({ kind: "garbage", sentence: "the API server tells what we cannot read" });
}
