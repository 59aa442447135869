import { z } from "zod";
import type { Delivery, RecordName } from "../core/delivery/delivery.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Key } from "../ports.ts";

/** What the `deliver` loop keeps, and how anybody tells it that there is something to tell. */

const Place = z.object({ channel: z.string(), ts: z.string() });

const PartState = z.discriminatedUnion("state", [
  z.object({ state: z.literal("posting"), at: z.int(), looks: z.int() }),
  z.object({ state: z.literal("posted"), place: Place, at: z.int(), print: z.string() }),
  z.object({ state: z.literal("gone") }),
]);

const DeliveryShape = z.object({
  since: z.int(),
  lease: z.int(),
  parts: z.array(z.object({ name: z.string(), is: PartState })),
  twins: z.array(z.object({ of: z.string(), place: Place, pointed: z.boolean() })),
  within: z.object({ kind: z.string(), id: z.string() }).nullable(),
  plainly: z.boolean(),
}) satisfies z.ZodType<Delivery>;

const parse = (value: unknown): Delivery => DeliveryShape.parse(value);

/** Counted from the last time that anything was told. */
const deliveryLifetimeMs = 90 * 86_400_000;

export const deliveries = {
  of: ({ kind, id }: RecordName): Key<Delivery> => ({ name: `delivery/${kind}/${id}`, parse }),
  expiresAt: (now: EpochMs): EpochMs => now + deliveryLifetimeMs,
  due: "due/deliver/",
  /** Records that are told within another's message, in the order of `at`. */
  within: ({ kind, id }: RecordName) => `within/${kind}/${id}/`,
  isWithin: (of: RecordName, { kind, id }: RecordName, at: EpochMs) =>
    `${deliveries.within(of)}${digits(at)}/${kind}/${id}`,
};

/**
 * A string for the index: at that time the loop looks at the record, and tells what is new. `commit`: the id of the commit that
 * adds it, so that no two are the same, and one that is added while another is answered is not lost. An id has no slash in it.
 */
export function dueToTell({ kind, id }: RecordName, at: EpochMs, commit: string): string {
  return `${deliveries.due}${digits(at)}/${kind}/${id}/${commit}`;
}

export type Due = { readonly string: string; readonly at: EpochMs; readonly of: RecordName };

export function dueOf(string: string): Due {
  const [at = "", kind = "", id = ""] = string.slice(deliveries.due.length).split("/");
  return { string, at: Number(at), of: { kind, id } };
}

function digits(at: EpochMs): string {
  return String(at).padStart(15, "0");
}

/** The record that is told within another's message, by its string of the index. */
export function withinOf(string: string): RecordName {
  const [kind = "", id = ""] = string.split("/").slice(-2);
  return { kind, id };
}
