/**
 * A Deployment called checkout in namespace shop of cluster prod-eu, that finished rolling out long ago: 3 pods. Each test
 * says only in what its case differs.
 */

import type { Aliases } from "../../src/core/image/identity.ts";
import type { Digest } from "../../src/core/image/reference.ts";
import type {
  Condition,
  Config,
  ConfigReference,
  EpochMs,
  Notes,
  Pod,
  PodContainer,
  Revision,
  Role,
  Template,
  TemplateContainer,
  Workload,
  Writer,
} from "../../src/core/workload.ts";

export const now: EpochMs = Date.UTC(2026, 10, 23, 14, 0, 0);
export const [second, minute, hour] = [1_000, 60_000, 3_600_000] as const;

export const repository = "ghcr.io/acme/checkout";

/** A digest told apart by its first letter: `digest("a")` is `sha256:aaaa…`. */
export function digest(letter: string): Digest {
  return `sha256:${letter.repeat(64)}`;
}

/** An image of checkout: by tag, or by digest. */
export function image(tagOrDigest: string): string {
  return tagOrDigest.startsWith("sha256:") ? `${repository}@${tagOrDigest}` : `${repository}:${tagOrDigest}`;
}

type TemplateGiven = {
  readonly containers?: readonly TemplateContainer[];
  readonly notes?: Notes;
  readonly configs?: readonly ConfigReference[];
  /** Whatever else a template has, in one word. */
  readonly config?: string;
};

/** One container, checkout, of that image; a hash of its own for each content. */
export function template(checkout: string, given: TemplateGiven = {}): Template {
  const containers = given.containers ?? [templateContainer({ image: checkout })];
  const { notes = {}, configs = [] } = given;
  return { hash: JSON.stringify([containers, notes, configs, given.config ?? ""]), containers, notes, configs };
}

export function templateContainer(given: Partial<TemplateContainer> = {}): TemplateContainer {
  return { name: "checkout", role: "main", image: image("1.4.2"), ...given };
}

export function workload(given: Partial<Workload> = {}): Workload {
  const replicas = given.replicas ?? 3;
  return {
    what: "workload",
    cluster: "prod-eu",
    namespace: "shop",
    kind: "Deployment",
    name: "checkout",
    uid: "deployment-checkout",
    service: "checkout",
    createdAt: now - 90 * 24 * hour,
    generation: 7,
    observedGeneration: 7,
    paused: false,
    replicas,
    strategy: "RollingUpdate",
    partition: 0,
    ordered: false,
    updateRevision: null,
    counts: counts(replicas),
    conditions: [rolledOut],
    template: template(image("1.4.2")),
    notes: {},
    writers: [writer({ manager: "kubectl-client-side-apply" })],
    ...given,
  };
}

/** All of them new, ready and available, but for what is given. */
export function counts(total: number, given: Partial<Workload["counts"]> = {}): Workload["counts"] {
  return { total, updated: total, ready: total, available: total, ...given };
}

export const rolledOut: Condition = {
  type: "Progressing",
  status: "True",
  reason: "NewReplicaSetAvailable",
  message: 'ReplicaSet "checkout-1" has successfully progressed.',
  updatedAt: now - 2 * hour,
};

export const underWay: Condition = {
  type: "Progressing",
  status: "True",
  reason: "ReplicaSetUpdated",
  message: 'ReplicaSet "checkout-2" is progressing.',
  updatedAt: now - 5 * second,
};

export const deadlineExceeded: Condition = {
  type: "Progressing",
  status: "False",
  reason: "ProgressDeadlineExceeded",
  message: 'ReplicaSet "checkout-2" has timed out progressing.',
  updatedAt: now - minute,
};

export const podsRefused: Condition = {
  type: "ReplicaFailure",
  status: "True",
  reason: "FailedCreate",
  message: 'pods "checkout-2-x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3',
  updatedAt: now - 5 * second,
};

export function writer(given: Partial<Writer> = {}): Writer {
  return { manager: "kubectl-set", operation: "Update", at: now - 2 * hour, containers: ["checkout"], ...given };
}

/** `checkout-<number>`, made an hour after the one before. */
export function revision(number: number, given: Partial<Revision> = {}): Revision {
  return {
    what: "revision",
    cluster: "prod-eu",
    namespace: "shop",
    name: `checkout-${number}`,
    uid: `replicaset-${number}`,
    owner: "deployment-checkout",
    number,
    podLabel: null,
    returned: false,
    createdAt: now - (24 - number) * hour,
    replicas: 3,
    template: template(image("1.4.2")),
    notes: {},
    ...given,
  };
}

/** The ConfigMap `flags`, changed an hour ago. */
export function config(given: Partial<Config> = {}): Config {
  return {
    what: "config",
    cluster: "prod-eu",
    namespace: "shop",
    kind: "ConfigMap",
    name: "flags",
    uid: "configmap-flags",
    version: "281",
    createdAt: now - 90 * 24 * hour,
    changedAt: now - hour,
    ...given,
  };
}

type PodGiven = Partial<Pod> & {
  /** What every container of it runs; null while nothing has started. */
  readonly digest?: Digest | null;
  /** In what its first container differs. */
  readonly container?: Partial<PodContainer>;
};

/** A ready pod of that revision, `<revision>-x`. */
export function pod(of: Revision, { digest: runs, container, ...given }: PodGiven = {}): Pod {
  const name = given.name ?? `${of.name}-x`;
  const containers = of.template.containers.map((it, index) =>
    podContainer(it, { imageId: imageId(it, runs), ready: runs !== null, ...(index === 0 && container) }),
  );
  return {
    what: "pod",
    cluster: of.cluster,
    namespace: of.namespace,
    name,
    uid: name,
    owner: of.podLabel === null ? of.uid : of.owner,
    revisionLabel: of.podLabel,
    node: "node-1",
    createdAt: of.createdAt,
    terminating: false,
    phase: runs === null ? "Pending" : "Running",
    ready: (given.containers ?? containers).every((it) => it.ready || it.role === "ephemeral"),
    unschedulable: null,
    containers,
    ...given,
  };
}

/** So many pods of that revision, told apart by a number at the end of their names. */
export function pods(count: number, of: Revision, given: PodGiven = {}): readonly Pod[] {
  return Array.from({ length: count }, (_, index) => pod(of, { ...given, name: `${given.name ?? of.name}-${index}` }));
}

function imageId({ image: text }: TemplateContainer, runs: Digest | null = digest("a")): string {
  return runs === null ? "" : `${text.replace(/[@:][^/]*$/, "")}@${runs}`;
}

export function podContainer(
  { name, role, image: text }: { readonly name: string; readonly role: Role; readonly image: string },
  given: Partial<PodContainer> = {},
): PodContainer {
  const id = imageId({ name, role, image: text });
  return { name, role, image: text, imageId: id, ready: true, restarts: 0, waiting: null, ended: null, ...given };
}

export const crashing = {
  ready: false,
  restarts: 4,
  waiting: { reason: "CrashLoopBackOff", message: "back-off 1m20s restarting failed container" },
  ended: { reason: "Error", exitCode: 1 },
} as const satisfies Partial<PodContainer>;

export const starting = {
  ready: false,
  waiting: { reason: "ContainerCreating", message: "" },
} as const satisfies Partial<PodContainer>;

/** Nobody has asked a registry. */
export const noAliases: Aliases = () => null;

/** The digests of each line are one image, and all of them were looked up. */
export function aliasesOf(...images: readonly (readonly Digest[])[]): Aliases {
  return (it) => {
    const all = images.find((one) => one.includes(it));
    return all ? new Set(all) : null;
  };
}
