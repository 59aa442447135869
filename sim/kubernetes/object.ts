import { z } from "zod";

/**
 * The objects, as far as this server looks into them, and the defaults that the real one fills in.
 * What is not named here is kept as it came. An object in the store is never changed in place.
 */

const Texts = z.record(z.string(), z.string());
const OwnerReference = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
});

const ManagedFields = z.looseObject({
  manager: z.string(),
  operation: z.string(),
  apiVersion: z.string().optional(),
  time: z.string().optional(),
  fieldsType: z.string().optional(),
  fieldsV1: z.record(z.string(), z.unknown()).optional(),
  subresource: z.string().optional(),
});
export type ManagedFields = z.infer<typeof ManagedFields>;

const Meta = z.looseObject({
  name: z.string(),
  generateName: z.string().optional(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().optional(),
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().optional(),
  deletionGracePeriodSeconds: z.number().optional(),
  labels: Texts.optional(),
  annotations: Texts.optional(),
  ownerReferences: z.array(OwnerReference).optional(),
  finalizers: z.array(z.string()).optional(),
  managedFields: z.array(ManagedFields).optional(),
});
export type Meta = z.infer<typeof Meta>;

const pullPolicy = (image: string) => (/:latest$|^[^@:]+$|\/[^@:]+$/.test(image) ? "Always" : "IfNotPresent");

const Container = z
  .looseObject({
    name: z.string().min(1),
    image: z.string().min(1),
    imagePullPolicy: z.string().optional(),
    restartPolicy: z.string().optional(),
    resources: z.looseObject({}).default({}),
    ports: z.array(z.looseObject({ protocol: z.string().default("TCP") })).optional(),
    terminationMessagePath: z.string().default("/dev/termination-log"),
    terminationMessagePolicy: z.string().default("File"),
  })
  .transform((it) => ({ ...it, imagePullPolicy: it.imagePullPolicy ?? pullPolicy(it.image) }));
export type Container = z.infer<typeof Container>;

const PodSpec = z.looseObject({
  containers: z.array(Container).min(1),
  initContainers: z.array(Container).optional(),
  nodeName: z.string().optional(),
  restartPolicy: z.enum(["Always", "OnFailure", "Never"]).default("Always"),
  terminationGracePeriodSeconds: z.number().default(30),
  dnsPolicy: z.string().default("ClusterFirst"),
  securityContext: z.looseObject({}).default({}),
  schedulerName: z.string().default("default-scheduler"),
});

const PodTemplate = z.looseObject({
  metadata: z.looseObject({ labels: Texts.optional(), annotations: Texts.optional() }).default({}),
  spec: PodSpec,
});
export type PodTemplate = z.infer<typeof PodTemplate>;

const Selector = z.looseObject({ matchLabels: Texts.optional() });
const share = z.union([z.int().min(0), z.string().regex(/^\d+%$/)]);

const Strategy = z.union([
  z.strictObject({ type: z.literal("Recreate") }),
  z.looseObject({
    type: z.literal("RollingUpdate").default("RollingUpdate"),
    rollingUpdate: z
      .looseObject({ maxSurge: share.default("25%"), maxUnavailable: share.default("25%") })
      .default({ maxSurge: "25%", maxUnavailable: "25%" }),
  }),
]);

const Condition = z.looseObject({
  type: z.string(),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastUpdateTime: z.string().optional(),
  lastTransitionTime: z.string().optional(),
});
export type Condition = z.infer<typeof Condition>;

const counts = {
  observedGeneration: z.number().optional(),
  replicas: z.number().optional(),
  readyReplicas: z.number().optional(),
  availableReplicas: z.number().optional(),
  terminatingReplicas: z.number().optional(),
};

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
export type Namespace = z.infer<typeof Namespace>;

const Event = z.looseObject({ apiVersion: z.literal("v1"), kind: z.literal("Event"), metadata: Meta });
export type Event = z.infer<typeof Event>;

export const shapes = {
  deployments: Deployment,
  replicasets: ReplicaSet,
  pods: Pod,
  namespaces: Namespace,
  events: Event,
} as const;

export type Objects = {
  deployments: Deployment;
  replicasets: ReplicaSet;
  pods: Pod;
  namespaces: Namespace;
  events: Event;
};
export type AnyObject = Objects[keyof Objects];

/** Kubernetes tells time in whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The uid of the controller that made this object. */
export function controllerOf(it: { readonly metadata: Meta }): string | undefined {
  return it.metadata.ownerReferences?.find((owner) => owner.controller)?.uid;
}
