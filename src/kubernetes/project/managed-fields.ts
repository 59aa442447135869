import { z } from "zod";
import type { Writer } from "../../core/workload.ts";
import { fieldOf, fieldsOf, maybeTime, type Origin } from "./object.ts";

const Entry = z.compile(
  z.object({
    manager: z.string(),
    operation: z.enum(["Apply", "Update"]),
    subresource: z.string().nullish(),
    time: maybeTime,
    fieldsV1: z.unknown().optional(),
  }),
);

const pathToPodSpec = ["f:spec", "f:template", "f:spec"];

/** Which tools wrote which images. What is written through a subresource (status, scale) is never an image. */
export function writersOf(managedFields: unknown, intern: Origin["intern"]): readonly Writer[] {
  if (!Array.isArray(managedFields)) return [];
  return managedFields.flatMap((raw) => {
    const read = Entry.safeParse(raw);
    if (!read.success || read.data.subresource) return [];
    const { manager, operation, time, fieldsV1 } = read.data;
    const containers = imagesOwned(fieldsV1);
    return containers.length > 0
      ? [{ manager: intern(manager), operation, at: time, containers: containers.map(intern) }]
      : [];
  });
}

function imagesOwned(fields: unknown): readonly string[] {
  const podSpec = pathToPodSpec.reduce(fieldOf, fields);
  return ["f:containers", "f:initContainers"]
    .flatMap((it) => fieldsOf(fieldOf(podSpec, it)))
    .flatMap(([key, owned]) => (fieldOf(owned, "f:image") === undefined ? [] : (nameIn(key) ?? [])));
}

const NamedItem = z.object({ name: z.string() });

/** List items are named by their merge key: `k:{"name":"checkout"}`. */
function nameIn(key: string): string | null {
  if (!key.startsWith("k:{")) return null;
  try {
    return NamedItem.safeParse(JSON.parse(key.slice(2))).data?.name ?? null;
  } catch {
    return null;
  }
}
