import { describe, expect, test } from "vitest";
import { projectControllerRevision } from "../../../src/kubernetes/project/controller-revision.ts";
import { projectDaemonSet } from "../../../src/kubernetes/project/daemon-set.ts";
import type { Projected, Projection } from "../../../src/kubernetes/project/object.ts";
import { projectPod } from "../../../src/kubernetes/project/pod.ts";
import { projectStatefulSet } from "../../../src/kubernetes/project/stateful-set.ts";
import { controllerRevision, daemonRevision, daemonSet, podLabelled, statefulSet } from "./stateful.ts";
import { unshared } from "../../../src/kubernetes/project/sharing.ts";

const read = (project: Projection, raw: object): Projected => project(raw, { cluster: "prod-eu", ...unshared });
const record = (project: Projection, raw: object) => {
  const projected = read(project, raw);
  if (projected.kind !== "record") throw new Error(projected.kind);
  return projected.record;
};
const templateOf = (project: Projection, raw: object) => {
  const it = record(project, raw);
  if (it.what === "pod" || it.what === "config") throw new Error(`a ${it.what} has no template`);
  return it.template;
};

test("a StatefulSet becomes a workload that says which revision it wants", () => {
  expect(record(projectStatefulSet, statefulSet)).toMatchObject({
    what: "workload",
    kind: "StatefulSet",
    service: "db",
    uid: "s-1",
    generation: 3,
    observedGeneration: 3,
    paused: false,
    replicas: 3,
    strategy: "RollingUpdate",
    partition: 2,
    ordered: true,
    updateRevision: "db-84784d644",
    counts: { total: 3, updated: 1, ready: 2, available: 2 },
    conditions: [],
    notes: { "whatsrunning.dev/commit": "4f2a9c1" },
  });
});

test("a DaemonSet wants as many pods as nodes fit", () => {
  expect(record(projectDaemonSet, daemonSet)).toMatchObject({
    what: "workload",
    kind: "DaemonSet",
    replicas: 3,
    strategy: "OnDelete",
    partition: 0,
    ordered: false,
    updateRevision: null,
    counts: { total: 3, updated: 1, ready: 2, available: 2 },
  });
});

test.each<[string, Projection, object, object]>([
  [
    "a StatefulSet with everything left out",
    projectStatefulSet,
    { metadata: statefulSet.metadata, spec: { template: statefulSet.spec.template } },
    {
      replicas: 1,
      strategy: "RollingUpdate",
      partition: 0,
      ordered: true,
      updateRevision: null,
      observedGeneration: 0,
    },
  ],
  [
    "a StatefulSet whose pods do not wait for each other",
    projectStatefulSet,
    { ...statefulSet, spec: { ...statefulSet.spec, podManagementPolicy: "Parallel" } },
    { ordered: false },
  ],
  [
    "a StatefulSet that nobody has looked at",
    projectStatefulSet,
    { ...statefulSet, status: { replicas: 0 } },
    { updateRevision: null, counts: { total: 0, updated: 0, ready: 0, available: 0 } },
  ],
  ["a DaemonSet without status", projectDaemonSet, { ...daemonSet, status: null }, { replicas: 0 }],
])("%s", (_, project, raw, expected) => {
  expect(record(project, raw)).toMatchObject(expected);
});

describe("a ControllerRevision", () => {
  test("is a revision, called as pods of its owner call it", () => {
    expect(record(projectControllerRevision, controllerRevision)).toMatchObject({
      what: "revision",
      name: "db-84784d644",
      uid: "c-2",
      owner: "s-1",
      number: 2,
      podLabel: "db-84784d644",
      replicas: 0,
      notes: { "whatsrunning.dev/commit": "4f2a9c1" },
    });
    expect(record(projectControllerRevision, daemonRevision)).toMatchObject({ owner: "d-1", podLabel: "56996fc764" });
  });

  test("has the template of its owner, whatever else stands in it", () => {
    expect(templateOf(projectControllerRevision, controllerRevision)).toEqual(
      templateOf(projectStatefulSet, statefulSet),
    );
  });

  test.each([
    ["somebody else's", { ownerReferences: [{ kind: "CloneSet", uid: "x", controller: true }] }],
    ["nobody's", { ownerReferences: null }],
    ["a DaemonSet's without its label", { ...daemonRevision.metadata, labels: {} }],
  ])("is not followed when it is %s", (_, metadata) => {
    const raw = { ...controllerRevision, metadata: { ...controllerRevision.metadata, ...metadata } };
    expect(read(projectControllerRevision, raw).kind).toBe("foreign");
  });

  test.each([null, undefined, "text", { spec: { template: { spec: { containers: "none" } } } }])(
    "is left out when its data is %j",
    (data) => {
      expect(read(projectControllerRevision, { ...controllerRevision, data }).kind).toBe("unreadable");
    },
  );
});

test.each([
  ["StatefulSet", "db-84784d644"],
  ["DaemonSet", "db-84784d644"],
  ["ReplicaSet", null],
  ["Job", null],
])("the label of a pod of a %s names its revision: %j", (kind, label) => {
  expect(record(projectPod, podLabelled("db-84784d644", kind))).toMatchObject({ revisionLabel: label });
});
