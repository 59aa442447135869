import { z } from "zod";
import type { Workload } from "../../core/workload.ts";
import { writersOf } from "./managed-fields.ts";
import { count, listOf, maybeTime, Metadata, notesOf, projection, serviceOf, text } from "./object.ts";
import { RawTemplate, templateOf } from "./template.ts";

const Condition = z.object({
  type: z.string(),
  status: z.enum(["True", "False", "Unknown"]).catch("Unknown"),
  reason: text,
  message: text,
  lastUpdateTime: maybeTime,
});

const Deployment = z.object({
  metadata: Metadata,
  spec: z.object({
    replicas: z.number().nullish(),
    paused: z.boolean().nullish(),
    strategy: z.object({ type: z.enum(["RollingUpdate", "Recreate"]).nullish() }).nullish(),
    template: RawTemplate,
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      conditions: listOf(Condition),
    })
    .nullish(),
});

export const projectDeployment = projection(
  Deployment,
  ({ metadata, spec, status }, origin): Workload | "unreadable" => {
    const template = templateOf(spec.template, origin);
    if (!template) return "unreadable";
    const { intern, cluster } = origin;
    return {
      what: "workload",
      cluster,
      namespace: intern(metadata.namespace),
      kind: "Deployment",
      name: metadata.name,
      uid: metadata.uid,
      service: serviceOf(metadata),
      createdAt: metadata.creationTimestamp,
      generation: metadata.generation,
      observedGeneration: status?.observedGeneration ?? 0,
      paused: spec.paused === true,
      replicas: spec.replicas ?? 1, // the API's own default
      strategy: spec.strategy?.type ?? "RollingUpdate",
      partition: 0,
      ordered: false,
      updateRevision: null,
      counts: {
        total: status?.replicas ?? 0,
        updated: status?.updatedReplicas ?? 0,
        ready: status?.readyReplicas ?? 0,
        available: status?.availableReplicas ?? 0,
      },
      conditions: (status?.conditions ?? []).map((it) => ({
        type: intern(it.type),
        status: it.status,
        reason: intern(it.reason),
        message: intern(it.message),
        updatedAt: it.lastUpdateTime,
      })),
      template,
      notes: notesOf(metadata, origin.intern),
      writers: writersOf(metadata.managedFields, origin.intern),
    };
  },
);
