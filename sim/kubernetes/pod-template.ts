import { z } from "zod";
import { Texts } from "./meta.ts";

/** Pods as templates ask for them, with the defaults that the real server fills in. */

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

export const PodSpec = z.looseObject({
  containers: z.array(Container).min(1),
  initContainers: z.array(Container).optional(),
  nodeName: z.string().optional(),
  restartPolicy: z.enum(["Always", "OnFailure", "Never"]).default("Always"),
  terminationGracePeriodSeconds: z.number().default(30),
  dnsPolicy: z.string().default("ClusterFirst"),
  securityContext: z.looseObject({}).default({}),
  schedulerName: z.string().default("default-scheduler"),
});

export const PodTemplate = z.looseObject({
  metadata: z.looseObject({ labels: Texts.optional(), annotations: Texts.optional() }).default({}),
  spec: PodSpec,
});
export type PodTemplate = z.infer<typeof PodTemplate>;

export const Selector = z.looseObject({ matchLabels: Texts.optional() });
export const share = z.union([z.int().min(0), z.string().regex(/^\d+%$/)]);
