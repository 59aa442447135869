import { z } from "zod";
import { Meta, Texts } from "./meta.ts";

/** Kinds that are kept as they came and that nothing acts on: what a template refers to, and what is looked at beside a workload. */

const amount = z.union([z.string(), z.number()]);
const Plain = z.looseObject({ apiVersion: z.string(), metadata: Meta });

export const plainShapes = {
  secrets: Plain.extend({ kind: z.literal("Secret"), type: z.string().default("Opaque"), data: Texts.optional() }),
  serviceaccounts: Plain.extend({ kind: z.literal("ServiceAccount") }),
  persistentvolumeclaims: Plain.extend({
    kind: z.literal("PersistentVolumeClaim"),
    spec: z.looseObject({ accessModes: z.array(z.string()).min(1), resources: z.looseObject({}) }),
  }),
  priorityclasses: Plain.extend({ kind: z.literal("PriorityClass"), value: z.int() }),
  nodes: Plain.extend({ kind: z.literal("Node") }),
  jobs: Plain.extend({
    kind: z.literal("Job"),
    spec: z.looseObject({
      template: z.looseObject({
        spec: z.looseObject({
          containers: z.array(z.looseObject({ name: z.string(), image: z.string() })).min(1),
          restartPolicy: z.enum(["Never", "OnFailure"]),
        }),
      }),
    }),
  }),
  horizontalpodautoscalers: Plain.extend({
    kind: z.literal("HorizontalPodAutoscaler"),
    spec: z.looseObject({
      scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }),
      minReplicas: z.int().min(1).default(1),
      maxReplicas: z.int().min(1),
    }),
  }),
  resourcequotas: Plain.extend({
    kind: z.literal("ResourceQuota"),
    spec: z.looseObject({ hard: z.record(z.string(), amount).optional() }).prefault({}),
  }),
  applications: Plain.extend({ kind: z.literal("Application"), spec: z.looseObject({}) }),
} as const;

export type PlainObjects = { [P in keyof typeof plainShapes]: z.infer<(typeof plainShapes)[P]> };
export type PlainPlural = keyof PlainObjects;

export const plainPlurals = [
  "secrets",
  "serviceaccounts",
  "persistentvolumeclaims",
  "priorityclasses",
  "nodes",
  "jobs",
  "horizontalpodautoscalers",
  "resourcequotas",
  "applications",
] as const satisfies readonly PlainPlural[];
