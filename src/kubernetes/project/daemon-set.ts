import { z } from "zod";
import type { Workload } from "../../core/workload.ts";
import { writersOf } from "./managed-fields.ts";
import { count, Metadata, notesOf, projection, serviceOf } from "./object.ts";
import { RawTemplate, templateOf } from "./template.ts";

const DaemonSet = z.object({
  metadata: Metadata,
  spec: z.object({
    updateStrategy: z.object({ type: z.enum(["RollingUpdate", "OnDelete"]).nullish() }).nullish(),
    template: RawTemplate,
  }),
  status: z
    .object({
      observedGeneration: count,
      desiredNumberScheduled: count,
      currentNumberScheduled: count,
      updatedNumberScheduled: count,
      numberReady: count,
      numberAvailable: count,
    })
    .nullish(),
});

/** How many pods it wants is known only from its status: one for each node that fits. */
export const projectDaemonSet = projection(DaemonSet, ({ metadata, spec, status }, origin): Workload | "unreadable" => {
  const template = templateOf(spec.template, origin);
  if (!template) return "unreadable";
  const { intern, cluster } = origin;
  return {
    what: "workload",
    cluster,
    namespace: intern(metadata.namespace),
    kind: "DaemonSet",
    name: metadata.name,
    uid: metadata.uid,
    service: serviceOf(metadata),
    createdAt: metadata.creationTimestamp,
    generation: metadata.generation,
    observedGeneration: status?.observedGeneration ?? 0,
    paused: false,
    replicas: status?.desiredNumberScheduled ?? 0,
    strategy: spec.updateStrategy?.type ?? "RollingUpdate",
    partition: 0,
    ordered: false,
    updateRevision: null,
    counts: {
      total: status?.currentNumberScheduled ?? 0,
      updated: status?.updatedNumberScheduled ?? 0,
      ready: status?.numberReady ?? 0,
      available: status?.numberAvailable ?? 0,
    },
    conditions: [],
    template,
    notes: notesOf(metadata, origin.intern),
    writers: writersOf(metadata.managedFields, origin.intern),
  };
});
