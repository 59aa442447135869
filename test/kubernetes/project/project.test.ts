import fc from "fast-check";
import { expect, test } from "vitest";
import { projectDeployment } from "../../../src/kubernetes/project/deployment.ts";
import { createSharing } from "../../../src/kubernetes/project/sharing.ts";
import type { Projection } from "../../../src/kubernetes/project/object.ts";
import { projectPod } from "../../../src/kubernetes/project/pod.ts";
import { projectReplicaSet } from "../../../src/kubernetes/project/replica-set.ts";
import { deployment, pod, podTemplate, replicaSet } from "./objects.ts";

const origin = { cluster: "prod-eu", ...createSharing() };

function recordOf(project: Projection, raw: unknown) {
  const projected = project(raw, origin);
  if (projected.kind !== "record") throw new Error(`no record: ${JSON.stringify(projected)}`);
  return projected.record;
}
function workloadOf(raw: unknown) {
  const record = recordOf(projectDeployment, raw);
  if (record.what !== "workload") throw new Error("not a workload");
  return record;
}

const containers = [
  { name: "checkout", role: "main", image: "ghcr.io/shop/checkout:1.4.2" },
  { name: "migrate", role: "init", image: "ghcr.io/shop/migrate:1" },
  { name: "proxy", role: "sidecar", image: "ghcr.io/mesh/proxy:2" },
];
const templateNotes = {
  "app.kubernetes.io/version": "1.4.2",
  "kubectl.kubernetes.io/restartedAt": "2026-11-22T09:00:00Z",
};

test("a Deployment becomes a workload", () => {
  expect(recordOf(projectDeployment, deployment)).toEqual({
    what: "workload",
    cluster: "prod-eu",
    namespace: "shop",
    kind: "Deployment",
    name: "checkout",
    uid: "d-1",
    service: "checkout-api",
    createdAt: Date.UTC(2026, 10, 23, 10),
    generation: 3,
    observedGeneration: 2,
    paused: true,
    replicas: 3,
    strategy: "Recreate",
    partition: 0,
    ordered: false,
    updateRevision: null,
    counts: { total: 3, updated: 2, ready: 1, available: 0 },
    conditions: [
      {
        type: "Progressing",
        status: "False",
        reason: "ProgressDeadlineExceeded",
        message: "timed out",
        updatedAt: Date.UTC(2026, 10, 23, 10, 10),
      },
    ],
    template: { hash: expect.stringMatching(/^[0-9a-f]{32}$/), containers, notes: templateNotes, configs: [] },
    notes: {
      "app.kubernetes.io/name": "checkout-api",
      "deployment.kubernetes.io/revision": "7",
      "kubernetes.io/change-cause": "ship it",
    },
    writers: [
      { manager: "argocd", operation: "Apply", at: Date.UTC(2026, 10, 23, 10), containers: ["checkout"] },
      { manager: "kubectl-set", operation: "Update", at: Date.UTC(2026, 10, 23, 11), containers: ["migrate"] },
    ],
  });
});

test("a ReplicaSet becomes a revision with the template of its Deployment", () => {
  expect(recordOf(projectReplicaSet, replicaSet)).toEqual({
    what: "revision",
    cluster: "prod-eu",
    namespace: "shop",
    name: "checkout-7ddfb849bc",
    uid: "r-1",
    owner: "d-1",
    number: 7,
    podLabel: null,
    returned: true,
    createdAt: Date.UTC(2026, 10, 23, 10),
    replicas: 2,
    template: workloadOf(deployment).template,
    notes: { "deployment.kubernetes.io/revision": "7", "deployment.kubernetes.io/revision-history": "2,5" },
  });
});

test("a Pod keeps what the runtime reported of each container, by its role", () => {
  const nothing = { imageId: "", ready: false, restarts: 0, waiting: null, ended: null };
  expect(recordOf(projectPod, pod)).toEqual({
    what: "pod",
    cluster: "prod-eu",
    namespace: "shop",
    name: "checkout-7ddfb849bc-5bd9w",
    uid: "p-1",
    owner: "r-1",
    revisionLabel: null,
    node: "node-1",
    createdAt: Date.UTC(2026, 10, 23, 10),
    terminating: true,
    phase: "Running",
    ready: true,
    unschedulable: null,
    containers: [
      {
        ...containers[0],
        imageId: "ghcr.io/shop/checkout@sha256:20fd",
        ready: true,
        restarts: 2,
        waiting: null,
        ended: { reason: "OOMKilled", exitCode: 137 },
      },
      {
        ...containers[1],
        ...nothing,
        imageId: "ghcr.io/shop/migrate@sha256:aa",
        ended: { reason: "Completed", exitCode: 0 },
      },
      { ...containers[2], ...nothing, waiting: { reason: "ImagePullBackOff", message: "no such image" } },
      {
        name: "debug",
        role: "ephemeral",
        image: "busybox:1",
        ...nothing,
        imageId: "docker.io/library/busybox@sha256:bb",
      },
    ],
  });
});

const { metadata } = deployment;
test.each<[string, Projection, object, object]>([
  [
    "a Deployment nobody has looked at yet",
    projectDeployment,
    { ...deployment, status: null },
    { observedGeneration: 0, counts: { total: 0, updated: 0, ready: 0, available: 0 }, conditions: [] },
  ],
  [
    "a Deployment with defaults left out",
    projectDeployment,
    { metadata, spec: { template: podTemplate } },
    { replicas: 1, strategy: "RollingUpdate", paused: false },
  ],
  [
    "a template without containers",
    projectDeployment,
    { metadata, spec: { template: { spec: { containers: null } } } },
    { template: { containers: [], notes: {} } },
  ],
  [
    "a Deployment without the name label",
    projectDeployment,
    { ...deployment, metadata: { ...metadata, labels: null } },
    { service: "checkout" },
  ],
  [
    "a ReplicaSet just made",
    projectReplicaSet,
    { ...replicaSet, metadata: { ...replicaSet.metadata, annotations: null } },
    { number: 0, returned: false, notes: {} },
  ],
  ["a Pod without status", projectPod, { ...pod, status: undefined }, { phase: "Unknown", ready: false }],
  [
    "a Pod nobody controls",
    projectPod,
    { ...pod, metadata: { ...pod.metadata, ownerReferences: null } },
    { owner: null },
  ],
  [
    "a Pod that no node takes",
    projectPod,
    {
      ...pod,
      spec: { containers: null },
      status: {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" }],
      },
    },
    { node: null, unschedulable: "0/3 nodes", containers: [], phase: "Pending" },
  ],
  [
    "a Pod that has its node, which its scheduler never heard",
    projectPod,
    {
      ...pod,
      spec: { nodeName: "node-3", containers: null },
      status: {
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" }],
      },
    },
    { node: "node-3", unschedulable: null },
  ],
  [
    "a Pod whose scheduler will try again",
    projectPod,
    {
      ...pod,
      spec: { containers: null },
      status: { conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulerError", message: "EOF" }] },
    },
    { node: null, unschedulable: null },
  ],
  ["a Pod in a phase we do not know", projectPod, { ...pod, status: { phase: "Dreaming" } }, { phase: "Unknown" }],
])("%s is read", (_, project, raw, expected) => {
  expect(recordOf(project, raw)).toMatchObject(expected);
});

test.each<[string, unknown]>([
  ["no controller", { ...replicaSet, metadata: { ...replicaSet.metadata, ownerReferences: [] } }],
  [
    "a controller of another kind",
    {
      ...replicaSet,
      metadata: { ...replicaSet.metadata, ownerReferences: [{ kind: "Rollout", uid: "o", controller: true }] },
    },
  ],
])("a ReplicaSet with %s is not ours", (_, raw) => {
  expect(projectReplicaSet(raw, origin)).toEqual({ kind: "foreign", uid: "r-1" });
});

test("an object of another shape is named by its field, never by its value", () => {
  const raw = { ...deployment, spec: { ...deployment.spec, replicas: "hunter2" } };
  expect(projectDeployment(raw, origin)).toEqual({ kind: "unreadable", uid: "d-1", where: "spec.replicas" });
});

const spoiled = (raw: unknown, key: string, value: unknown): unknown =>
  JSON.parse(JSON.stringify(raw, (at, it: unknown) => (at === key ? value : it)));

test("nothing that is JSON makes a projection throw", () => {
  const paths = [
    "metadata",
    "spec",
    "status",
    "labels",
    "annotations",
    "template",
    "containers",
    "conditions",
    "ownerReferences",
    "managedFields",
    "state",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(deployment, replicaSet, pod),
      fc.constantFrom(...paths),
      fc.jsonValue(),
      (raw, key, value) => {
        for (const project of [projectDeployment, projectReplicaSet, projectPod]) {
          expect(["record", "foreign", "unreadable"]).toContain(project(spoiled(raw, key, value), origin).kind);
          expect(["record", "foreign", "unreadable"]).toContain(project(value, origin).kind);
        }
      },
    ),
  );
});
