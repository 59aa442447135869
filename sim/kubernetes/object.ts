import { z } from "zod";
import { Condition, counts, Meta, Texts } from "./meta.ts";
import { plainShapes, type PlainObjects } from "./plain.ts";
import { PodSpec, PodTemplate, Selector, share } from "./pod-template.ts";
import { ControllerRevision, DaemonSet, StatefulSet } from "./revisioned.ts";

/**
 * The objects, as far as this server looks into them, and the defaults that the real one fills in.
 * What is not named here is kept as it came. An object in the store is never changed in place.
 */

const Strategy = z.union([
  z.strictObject({ type: z.literal("Recreate") }),
  z.looseObject({
    type: z.literal("RollingUpdate").default("RollingUpdate"),
    rollingUpdate: z
      .looseObject({ maxSurge: share.default("25%"), maxUnavailable: share.default("25%") })
      .default({ maxSurge: "25%", maxUnavailable: "25%" }),
  }),
]);

export const Deployment = z.looseObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("Deployment"),
  metadata: Meta,
  spec: z.looseObject({
    replicas: z.int().min(0).default(1),
    selector: Selector,
    template: PodTemplate,
    strategy: Strategy.prefault({}),
    minReadySeconds: z.int().min(0).optional(),
    revisionHistoryLimit: z.int().min(0).default(10),
    progressDeadlineSeconds: z.int().min(1).default(600),
    paused: z.boolean().optional(),
  }),
  status: z
    .looseObject({ ...counts, updatedReplicas: z.number().optional(), conditions: z.array(Condition).optional() })
    .default({}),
});
export type Deployment = z.infer<typeof Deployment>;

export const ReplicaSet = z.looseObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("ReplicaSet"),
  metadata: Meta,
  spec: z.looseObject({
    replicas: z.int().min(0).default(1),
    minReadySeconds: z.int().min(0).optional(),
    selector: Selector,
    template: PodTemplate,
  }),
  status: z.looseObject({ ...counts, fullyLabeledReplicas: z.number().optional() }).default({ replicas: 0 }),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

const ContainerStatus = z.looseObject({
  name: z.string(),
  image: z.string(),
  imageID: z.string(),
  containerID: z.string().optional(),
  ready: z.boolean(),
  started: z.boolean().optional(),
  restartCount: z.number(),
  state: z.record(z.string(), z.record(z.string(), z.unknown())),
  lastState: z.record(z.string(), z.record(z.string(), z.unknown())),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

export const Pod = z.looseObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Pod"),
  metadata: Meta,
  spec: PodSpec.extend({ enableServiceLinks: z.boolean().default(true) }),
  status: z
    .looseObject({
      phase: z.enum(["Pending", "Running", "Succeeded", "Failed", "Unknown"]).default("Pending"),
      conditions: z.array(Condition).optional(),
      containerStatuses: z.array(ContainerStatus).optional(),
      initContainerStatuses: z.array(ContainerStatus).optional(),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;

const Namespace = z.looseObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Namespace"),
  metadata: Meta,
  spec: z.looseObject({ finalizers: z.array(z.string()).default(["kubernetes"]) }).prefault({}),
  status: z.looseObject({ phase: z.enum(["Active", "Terminating"]).default("Active") }).prefault({}),
});
type Namespace = z.infer<typeof Namespace>;

const Event = z.looseObject({ apiVersion: z.literal("v1"), kind: z.literal("Event"), metadata: Meta });
type Event = z.infer<typeof Event>;

const ConfigMap = z.looseObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("ConfigMap"),
  metadata: Meta,
  data: Texts.optional(),
  binaryData: Texts.optional(),
});
type ConfigMap = z.infer<typeof ConfigMap>;

export const shapes = {
  deployments: Deployment,
  statefulsets: StatefulSet,
  daemonsets: DaemonSet,
  replicasets: ReplicaSet,
  controllerrevisions: ControllerRevision,
  pods: Pod,
  namespaces: Namespace,
  events: Event,
  configmaps: ConfigMap,
  ...plainShapes,
} as const;

export type Objects = {
  deployments: Deployment;
  statefulsets: StatefulSet;
  daemonsets: DaemonSet;
  replicasets: ReplicaSet;
  controllerrevisions: ControllerRevision;
  pods: Pod;
  namespaces: Namespace;
  events: Event;
  configmaps: ConfigMap;
} & PlainObjects;
export type AnyObject = Objects[keyof Objects];
