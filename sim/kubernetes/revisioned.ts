import { z } from "zod";
import { counts, Meta } from "./meta.ts";
import { PodTemplate, Selector, share } from "./pod-template.ts";

/** The workloads that keep their templates as ControllerRevisions and own their pods themselves. */

const OnDelete = z.strictObject({ type: z.literal("OnDelete") });

export const StatefulSet = z.looseObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("StatefulSet"),
  metadata: Meta,
  spec: z.looseObject({
    replicas: z.int().min(0).default(1),
    selector: Selector,
    serviceName: z.string().default(""),
    template: PodTemplate,
    podManagementPolicy: z.enum(["OrderedReady", "Parallel"]).default("OrderedReady"),
    updateStrategy: z
      .union([
        OnDelete,
        z.looseObject({
          type: z.literal("RollingUpdate").default("RollingUpdate"),
          rollingUpdate: z
            .looseObject({ maxUnavailable: share.default(1), partition: z.int().min(0).default(0) })
            .prefault({}),
        }),
      ])
      .prefault({}),
    revisionHistoryLimit: z.int().min(0).default(10),
  }),
  status: z
    .looseObject({
      ...counts,
      currentReplicas: z.number().optional(),
      updatedReplicas: z.number().optional(),
      currentRevision: z.string().optional(),
      updateRevision: z.string().optional(),
    })
    .default({ replicas: 0, availableReplicas: 0 }),
});
export type StatefulSet = z.infer<typeof StatefulSet>;

export const DaemonSet = z.looseObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("DaemonSet"),
  metadata: Meta,
  spec: z.looseObject({
    selector: Selector,
    template: PodTemplate,
    updateStrategy: z
      .union([
        OnDelete,
        z.looseObject({
          type: z.literal("RollingUpdate").default("RollingUpdate"),
          rollingUpdate: z.looseObject({ maxUnavailable: share.default(1), maxSurge: share.default(0) }).prefault({}),
        }),
      ])
      .prefault({}),
    revisionHistoryLimit: z.int().min(0).default(10),
  }),
  status: z
    .looseObject({
      observedGeneration: z.number().optional(),
      currentNumberScheduled: z.number(),
      numberMisscheduled: z.number(),
      desiredNumberScheduled: z.number(),
      numberReady: z.number(),
      updatedNumberScheduled: z.number().optional(),
      numberAvailable: z.number().optional(),
      numberUnavailable: z.number().optional(),
    })
    .default({ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }),
});
export type DaemonSet = z.infer<typeof DaemonSet>;

export const ControllerRevision = z.looseObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("ControllerRevision"),
  metadata: Meta,
  /** The patch that would bring the template back. */
  data: z.unknown(),
  revision: z.int(),
});
export type ControllerRevision = z.infer<typeof ControllerRevision>;
