import { expect, test } from "vitest";
import type { Workload } from "../../../src/core/workload.ts";
import { projectDeployment } from "../../../src/kubernetes/project/deployment.ts";
import { deployment, podTemplate } from "./objects.ts";
import { unshared } from "../../../src/kubernetes/project/sharing.ts";

function workloadOf(raw: unknown): Workload {
  const projected = projectDeployment(raw, { cluster: "prod-eu", ...unshared });
  if (projected.kind !== "record" || projected.record.what !== "workload") throw new Error("not a workload");
  return projected.record;
}

const rehashed = (change: (template: typeof podTemplate) => unknown): string =>
  workloadOf({ ...deployment, spec: { ...deployment.spec, template: change(structuredClone(podTemplate)) } }).template
    .hash;
const hash = workloadOf(deployment).template.hash;

test.each<[string, (template: typeof podTemplate) => unknown]>([
  [
    "the order of its keys",
    ({ metadata: meta, spec }) => ({ spec: Object.fromEntries(Object.entries(spec).toReversed()), metadata: meta }),
  ],
  ["a null timestamp", ({ metadata: { labels, annotations }, spec }) => ({ metadata: { labels, annotations }, spec })],
  [
    "the label of its ReplicaSet",
    (it) => ({ ...it, metadata: { ...it.metadata, labels: { ...it.metadata.labels, "pod-template-hash": "x" } } }),
  ],
])("a template's hash does not depend on %s", (_, change) => {
  expect(rehashed(change)).toBe(hash);
});

test.each<[string, (template: typeof podTemplate) => unknown]>([
  [
    "an image",
    (it) => ({ ...it, spec: { ...it.spec, containers: [{ name: "checkout", image: "other:1", resources: {} }] } }),
  ],
  [
    "the order of containers",
    (it) => ({ ...it, spec: { ...it.spec, initContainers: it.spec.initContainers.toReversed() } }),
  ],
  ["a field nobody here knows", (it) => ({ ...it, spec: { ...it.spec, hostUsers: false } })],
  ["another label", (it) => ({ ...it, metadata: { ...it.metadata, labels: { app: "other" } } })],
  [
    "a restart",
    (it) => ({ ...it, metadata: { ...it.metadata, annotations: { "kubectl.kubernetes.io/restartedAt": "later" } } }),
  ],
])("a template's hash changes with %s", (_, change) => {
  expect(rehashed(change)).not.toBe(hash);
});

test("notes keep what tells of a release, the annotation before the label, and never too much", () => {
  const { notes } = workloadOf({
    ...deployment,
    metadata: {
      ...deployment.metadata,
      labels: JSON.parse(
        '{"__proto__": {"polluted": "yes"}, "app.kubernetes.io/version": "label", "helm.sh/chart": "web-1"}',
      ),
      annotations: {
        "app.kubernetes.io/version": "annotation",
        "kubernetes.io/change-cause": "x".repeat(9_000),
        "whatsrunning.dev/commit": 7,
      },
    },
  });
  expect(notes).toEqual({
    "app.kubernetes.io/version": "annotation",
    "helm.sh/chart": "web-1",
    "kubernetes.io/change-cause": "x".repeat(4096),
  });
  expect(notes["constructor"]).toBeUndefined();
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});
