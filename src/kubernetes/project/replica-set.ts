import { z } from "zod";
import type { Revision } from "../../core/workload.ts";
import { controllerOf, fieldOf, Metadata, notesOf, projection } from "./object.ts";
import { RawTemplate, templateOf } from "./template.ts";

const ReplicaSet = z.object({
  metadata: Metadata,
  spec: z.object({ replicas: z.number().nullish(), template: RawTemplate }),
});

/** A ReplicaSet that no Deployment controls is not a revision of anything. */
export const projectReplicaSet = projection(
  ReplicaSet,
  ({ metadata, spec }, origin): Revision | "foreign" | "unreadable" => {
    const controller = controllerOf(metadata);
    if (controller?.kind !== "Deployment") return "foreign";
    const template = templateOf(spec.template, origin);
    if (!template) return "unreadable";
    const history = fieldOf(metadata.annotations, "deployment.kubernetes.io/revision-history");
    return {
      what: "revision",
      cluster: origin.cluster,
      namespace: origin.intern(metadata.namespace),
      name: metadata.name,
      uid: metadata.uid,
      owner: origin.intern(controller.uid),
      number: numberOf(fieldOf(metadata.annotations, "deployment.kubernetes.io/revision")),
      podLabel: null,
      returned: typeof history === "string" && history !== "",
      createdAt: metadata.creationTimestamp,
      replicas: spec.replicas ?? 1,
      template,
      notes: notesOf(metadata, origin.intern),
    };
  },
);

/** The controller writes it a moment after it made the ReplicaSet: 0 until then. */
function numberOf(annotation: unknown): number {
  return typeof annotation === "string" && /^\d{1,15}$/.test(annotation) ? Number(annotation) : 0;
}
