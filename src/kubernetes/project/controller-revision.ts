import { z } from "zod";
import type { Revision } from "../../core/workload.ts";
import { controllerOf, count, fieldOf, fieldsOf, labelOf, Metadata, notesOf, projection } from "./object.ts";
import { templateOf } from "./template.ts";

const ControllerRevision = z.object({ metadata: Metadata, revision: count, data: z.unknown().optional() });

/** Other controllers keep what they like in ControllerRevisions: only a StatefulSet's and a DaemonSet's are known. */
export const projectControllerRevision = projection(
  ControllerRevision,
  ({ metadata, revision, data }, origin): Revision | "foreign" | "unreadable" => {
    const controller = controllerOf(metadata);
    const podLabel = controller && podLabelOf(metadata, controller.kind);
    if (!controller || podLabel === null) return "foreign";
    const template = templateOf(withoutDirective(fieldOf(fieldOf(data, "spec"), "template")), origin);
    if (!template) return "unreadable";
    return {
      what: "revision",
      cluster: origin.cluster,
      namespace: origin.intern(metadata.namespace),
      name: metadata.name,
      uid: metadata.uid,
      owner: origin.intern(controller.uid),
      number: revision,
      podLabel: origin.intern(podLabel),
      returned: false,
      createdAt: metadata.creationTimestamp,
      replicas: 0,
      template,
      notes: notesOf(metadata, origin.intern),
    };
  },
);

function podLabelOf(metadata: Metadata, kind: string): string | null {
  if (kind === "StatefulSet") return metadata.name;
  return kind === "DaemonSet" ? labelOf(metadata, "controller-revision-hash") : null;
}

/** It is kept in the form of the patch that would bring it back. */
function withoutDirective(template: unknown): unknown {
  return Object.fromEntries(fieldsOf(template).filter(([key]) => key !== "$patch"));
}
