import { z } from "zod";
import type { Workload } from "../../core/workload.ts";
import { writersOf } from "./managed-fields.ts";
import { count, Metadata, notesOf, projection, serviceOf } from "./object.ts";
import { RawTemplate, templateOf } from "./template.ts";

const StatefulSet = z.object({
  metadata: Metadata,
  spec: z.object({
    replicas: z.number().nullish(),
    podManagementPolicy: z.string().nullish(),
    updateStrategy: z
      .object({
        type: z.enum(["RollingUpdate", "OnDelete"]).nullish(),
        rollingUpdate: z.object({ partition: count }).nullish(),
      })
      .nullish(),
    template: RawTemplate,
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      updateRevision: z.string().nullish(),
    })
    .nullish(),
});

export const projectStatefulSet = projection(
  StatefulSet,
  ({ metadata, spec, status }, origin): Workload | "unreadable" => {
    const template = templateOf(spec.template, origin);
    if (!template) return "unreadable";
    const { intern, cluster } = origin;
    return {
      what: "workload",
      cluster,
      namespace: intern(metadata.namespace),
      kind: "StatefulSet",
      name: metadata.name,
      uid: metadata.uid,
      service: serviceOf(metadata),
      createdAt: metadata.creationTimestamp,
      generation: metadata.generation,
      observedGeneration: status?.observedGeneration ?? 0,
      paused: false,
      replicas: spec.replicas ?? 1, // the API's own default
      strategy: spec.updateStrategy?.type ?? "RollingUpdate",
      partition: spec.updateStrategy?.rollingUpdate?.partition ?? 0,
      ordered: spec.podManagementPolicy !== "Parallel",
      updateRevision: status?.updateRevision || null,
      counts: {
        total: status?.replicas ?? 0,
        updated: status?.updatedReplicas ?? 0,
        ready: status?.readyReplicas ?? 0,
        available: status?.availableReplicas ?? 0,
      },
      conditions: [],
      template,
      notes: notesOf(metadata, origin.intern),
      writers: writersOf(metadata.managedFields, origin.intern),
    };
  },
);
