import { z } from "zod";
import type { Config, EpochMs } from "../../core/workload.ts";
import { fieldOf, fieldsOf, maybeTime, Metadata, projection } from "./object.ts";

const ConfigMap = z.object({ metadata: Metadata.extend({ resourceVersion: z.string().min(1) }) });

/** From its metadata, even where all of it came. */
export const projectConfigMap = projection(ConfigMap, ({ metadata }, { cluster, intern }): Config => {
  const { namespace, name, uid, resourceVersion, creationTimestamp, managedFields } = metadata;
  return {
    what: "config",
    cluster,
    namespace: intern(namespace),
    kind: "ConfigMap",
    name: intern(name),
    uid,
    version: resourceVersion,
    createdAt: creationTimestamp,
    changedAt: lastWritten(managedFields) ?? creationTimestamp,
  };
});

const Entry = z.object({ time: maybeTime, fieldsV1: z.unknown().optional() });

/** Null when nobody is said to own any key of it. */
function lastWritten(managedFields: unknown): EpochMs | null {
  if (!Array.isArray(managedFields)) return null;
  const times = managedFields.flatMap((raw) => {
    const { time, fieldsV1 } = Entry.safeParse(raw).data ?? { time: null, fieldsV1: null };
    return time !== null && ["f:data", "f:binaryData"].some((it) => ownsKeyOf(fieldOf(fieldsV1, it))) ? [time] : [];
  });
  return times.length === 0 ? null : Math.max(...times);
}

/** Whose keys others have all taken is left with an empty section. Its "." is the section itself. */
function ownsKeyOf(section: unknown): boolean {
  return fieldsOf(section).some(([key]) => key.startsWith("f:"));
}
