import { hash } from "node:crypto";
import { z } from "zod";
import type { Role, Template, TemplateContainer } from "../../core/workload.ts";
import { canonical } from "./canonical.ts";
import { configsOf } from "./config-references.ts";
import { fieldOf, fieldsOf, listOf, notesOf, type Origin } from "./object.ts";

/** The whole template is kept as it came until its hash is made: fields that nobody here knows are part of it. */
export const RawTemplate = z.unknown().optional();

const Container = z.object({ name: z.string(), image: z.string().nullish(), restartPolicy: z.string().nullish() });
export const PodContainers = z.object({ containers: listOf(Container), initContainers: listOf(Container) });
const TemplateShape = z.compile(
  z.object({
    metadata: z.object({ labels: z.unknown().optional(), annotations: z.unknown().optional() }).nullish(),
    spec: PodContainers,
  }),
);

/** Null when it is no pod template. */
export function templateOf(raw: unknown, { intern }: Origin): Template | null {
  const read = TemplateShape.safeParse(raw);
  if (!read.success) return null;
  const { metadata, spec } = read.data;
  return {
    hash: hashOf(raw),
    containers: containersOf(spec, intern),
    notes: notesOf(metadata ?? {}, intern),
    configs: configsOf(fieldOf(raw, "spec"), intern),
  };
}

/** Main containers first. */
export function containersOf(
  spec: z.infer<typeof PodContainers>,
  intern: Origin["intern"],
): readonly TemplateContainer[] {
  const of = (role: Role, { name, image }: z.infer<typeof Container>): TemplateContainer => ({
    name: intern(name),
    role,
    image: intern(image ?? ""),
  });
  return [
    ...spec.containers.map((it) => of("main", it)),
    ...spec.initContainers.map((it) => of(it.restartPolicy === "Always" ? "sidecar" : "init", it)),
  ];
}

/** What the controller adds to a Deployment's template to make a ReplicaSet's of it. */
export const hashLabel = "pod-template-hash";

/** The same for a Deployment's template and its ReplicaSet's, which differ by one label that the controller adds. */
export function hashOf(raw: unknown): string {
  const metadata = fieldsOf(fieldOf(raw, "metadata")).map(([key, value]) =>
    key === "labels"
      ? ([key, Object.fromEntries(fieldsOf(value).filter(([it]) => it !== hashLabel))] as const)
      : [key, value],
  );
  const compared = { metadata: Object.fromEntries(metadata), spec: fieldOf(raw, "spec") };
  return hash("sha256", canonical(compared), "buffer").toString("hex", 0, 16); // a slice would keep the rest in memory
}
