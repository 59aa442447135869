import { z } from "zod";
import type { Pod, PodContainer, Role } from "../../core/workload.ts";
import { controllerOf, count, labelOf, listOf, Metadata, type Origin, projection, text } from "./object.ts";
import { containersOf, PodContainers } from "./template.ts";

const State = z
  .object({
    waiting: z.object({ reason: text, message: text }).nullish(),
    terminated: z.object({ reason: text, exitCode: count }).nullish(),
  })
  .nullish();

const ContainerStatus = z.object({
  name: z.string(),
  imageID: z.string().nullish(),
  ready: z.boolean().nullish(),
  restartCount: count,
  state: State,
  lastState: State,
});
type ContainerStatus = z.infer<typeof ContainerStatus>;

const Condition = z.object({ type: z.string(), status: z.string(), reason: text, message: text });

const PodObject = z.object({
  metadata: Metadata,
  spec: PodContainers.extend({
    nodeName: z.string().nullish(),
    ephemeralContainers: listOf(z.object({ name: z.string(), image: z.string().nullish() })),
  }),
  status: z
    .object({
      phase: z.enum(["Pending", "Running", "Succeeded", "Failed", "Unknown"]).catch("Unknown"),
      conditions: listOf(Condition),
      containerStatuses: listOf(ContainerStatus),
      initContainerStatuses: listOf(ContainerStatus),
      ephemeralContainerStatuses: listOf(ContainerStatus),
    })
    .nullish(),
});
type PodObject = z.infer<typeof PodObject>;

export const projectPod = projection(PodObject, (object, origin): Pod => {
  const { metadata, spec, status } = object;
  const { intern } = origin;
  const controller = controllerOf(metadata);
  const conditions = status?.conditions ?? [];
  return {
    what: "pod",
    cluster: origin.cluster,
    namespace: intern(metadata.namespace),
    name: metadata.name,
    uid: metadata.uid,
    owner: controller && intern(controller.uid),
    revisionLabel: revisionLabelOf(metadata, intern),
    node: spec.nodeName ? intern(spec.nodeName) : null,
    createdAt: metadata.creationTimestamp,
    terminating: Boolean(metadata.deletionTimestamp),
    phase: status?.phase ?? "Unknown",
    ready: conditions.some((it) => it.type === "Ready" && it.status === "True"),
    unschedulable: spec.nodeName ? null : unschedulableOf(conditions),
    containers: origin.twin(podContainersOf(object, intern)),
  };
});

/** On other pods somebody else may have written it. */
function revisionLabelOf(metadata: Metadata, intern: Origin["intern"]): string | null {
  const kind = controllerOf(metadata)?.kind;
  if (kind !== "StatefulSet" && kind !== "DaemonSet") return null;
  const label = labelOf(metadata, "controller-revision-hash");
  return label && intern(label);
}

/**
 * A scheduler that was cut off from the API server writes `SchedulerError`, and tries again: also of a pod that has its node,
 * when the answer to its binding was lost.
 */
function unschedulableOf(conditions: readonly z.infer<typeof Condition>[]): string | null {
  const scheduled = conditions.find((it) => it.type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason === "SchedulerError") return null;
  return scheduled.message || scheduled.reason || "no node takes it";
}

function podContainersOf({ spec, status }: PodObject, intern: Origin["intern"]): readonly PodContainer[] {
  const statuses = {
    main: status?.containerStatuses ?? [],
    init: status?.initContainerStatuses ?? [],
    sidecar: status?.initContainerStatuses ?? [],
    ephemeral: status?.ephemeralContainerStatuses ?? [],
  } satisfies Record<Role, readonly ContainerStatus[]>;
  const ephemeral = spec.ephemeralContainers.map(({ name, image }) => ({
    name,
    image: image ?? "",
    role: "ephemeral" as const,
  }));
  return [...containersOf(spec, intern), ...ephemeral].map(({ name, role, image }) => {
    const own = statuses[role].find((it) => it.name === name);
    return { name, role, image, ...observed(own, intern) };
  });
}

/** The kubelet writes nothing about a container before the pod has a node. */
function observed(
  status: ContainerStatus | undefined,
  intern: Origin["intern"],
): Omit<PodContainer, "name" | "role" | "image"> {
  return {
    imageId: intern(status?.imageID ?? ""),
    ready: status?.ready === true,
    restarts: status?.restartCount ?? 0,
    waiting: status?.state?.waiting ?? null,
    ended: status?.state?.terminated ?? status?.lastState?.terminated ?? null,
  };
}
