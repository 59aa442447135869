import { z } from "zod";
import { isNote } from "../../core/note-keys.ts";
import type { ClusterRecord, EpochMs, Notes } from "../../core/workload.ts";
import type { Sharing } from "./sharing.ts";

/** What all kinds of objects have in common, and how forgiving we are about it. */

export type Projected =
  | { readonly kind: "record"; readonly uid: string; readonly record: ClusterRecord }
  /** In good order, and not ours to follow. */
  | { readonly kind: "foreign"; readonly uid: string }
  /** Not what the API promises. `where` names the field, never its value. */
  | { readonly kind: "unreadable"; readonly uid: string | null; readonly where: string };

export type Origin = Sharing & { readonly cluster: string };
export type Projection = (raw: unknown, origin: Origin) => Projected;

/** Reads, then makes the record or says why there is none. */
export function projection<T extends { readonly metadata: Metadata }>(
  shape: z.ZodType<T>,
  make: (object: T, origin: Origin) => ClusterRecord | "foreign" | "unreadable",
): Projection {
  const compiled = z.compile(shape); // a start reads tens of thousands of objects
  return (raw, origin) => {
    const read = compiled.safeParse(raw);
    if (!read.success) {
      const where = read.error.issues[0]?.path.map(String).join(".") ?? "";
      return { kind: "unreadable", uid: uidOf(raw), where };
    }
    const { uid } = read.data.metadata;
    const made = make(read.data, origin);
    if (made === "foreign") return { kind: "foreign", uid };
    return made === "unreadable"
      ? { kind: "unreadable", uid, where: "spec.template" }
      : { kind: "record", uid, record: made };
  };
}

const Identified = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

function uidOf(raw: unknown): string | null {
  const read = Identified.safeParse(raw);
  return read.success ? read.data.metadata.uid : null;
}

/** Go leaves out what is empty, or writes null. */
export function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((it) => it ?? []);
}

export const count = z
  .number()
  .nullish()
  .transform((it) => it ?? 0);

const longestText = 1024;
export const text = z
  .string()
  .nullish()
  .transform((it) => shortened(it ?? "", longestText));

const time = z.string().transform((it, context): EpochMs => {
  const at = Date.parse(it);
  if (Number.isNaN(at)) context.addIssue({ code: "custom", message: "not a time" });
  return at;
});

export const maybeTime = z
  .string()
  .nullish()
  .transform((it): EpochMs | null => {
    const at = Date.parse(it ?? "");
    return Number.isNaN(at) ? null : at;
  });

const OwnerReference = z.object({
  kind: z.string(),
  uid: z.string(),
  controller: z.boolean().nullish(),
});

/** Annotations and labels are not checked one by one: most of them are not looked at. */
export type Metadata = z.infer<typeof Metadata>;
export const Metadata = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  uid: z.string().min(1),
  creationTimestamp: time,
  deletionTimestamp: z.string().nullish(),
  generation: count,
  labels: z.unknown().optional(),
  annotations: z.unknown().optional(),
  ownerReferences: listOf(OwnerReference),
  managedFields: z.unknown().optional(),
});

export function controllerOf({ ownerReferences }: Metadata): { readonly kind: string; readonly uid: string } | null {
  return ownerReferences.find((it) => it.controller === true) ?? null;
}

export function labelOf({ labels }: Metadata, key: string): string | null {
  const label = fieldOf(labels, key);
  return typeof label === "string" && label !== "" ? label : null;
}

/** The name people say. */
export function serviceOf(metadata: Metadata): string {
  return labelOf(metadata, "app.kubernetes.io/name") ?? metadata.name;
}

const longestNote = 4096;

/**
 * What notes inherit from: looking up "constructor" must find nothing. With no prototype at all it would not either, but the
 * engine keeps each such object as a hash table of its own.
 */
const nothing: object = Object.freeze(Object.create(null));

type Noted = { readonly labels?: unknown; readonly annotations?: unknown };

/** What may tell where a release came from. An annotation counts more than a label of the same name. */
export function notesOf({ labels, annotations }: Noted, intern: Origin["intern"]): Notes {
  const notes: Record<string, string> = Object.create(nothing);
  for (const [key, value] of [...fieldsOf(labels), ...fieldsOf(annotations)]) {
    if (typeof value === "string" && isNote(key)) notes[key] = intern(shortened(value, longestNote));
  }
  return notes;
}

/** A copy, where it is cut: a slice would keep the whole text in memory. */
function shortened(value: string, longest: number): string {
  return value.length <= longest ? value : Buffer.from(value.slice(0, longest)).toString();
}

export function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

export function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}
