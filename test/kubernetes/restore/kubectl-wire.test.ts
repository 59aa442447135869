import { describe, expect, test } from "vitest";
import type { Json, Live } from "../../../src/core/operation/live.ts";
import { operationsOf } from "../../../src/kubernetes/restore/operations.ts";
import { pinned, rawTemplate, withoutHashLabel } from "../../../src/kubernetes/restore/template.ts";

/** What kubectl sends, as it was heard on the wire, and what we send for the same. */

/** A template as kubectl makes it of its own types; the API server's own has no `creationTimestamp`. */
function heard(name: string, image: string): Json {
  return {
    metadata: { creationTimestamp: null, labels: { app: "web" } },
    spec: {
      containers: [
        {
          name,
          image,
          resources: {},
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
          imagePullPolicy: "IfNotPresent",
        },
      ],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
    },
  };
}

/** As the API server has it in a ReplicaSet. */
function kept(name: string, image: string): Json {
  const { spec } = Object(heard(name, image));
  return { metadata: { labels: { app: "web", "pod-template-hash": "5d4b9c" } }, spec };
}

const live: Live = {
  uid: "u",
  generation: 4,
  fence: null,
  template: rawTemplate(withoutHashLabel(kept("web", "r/web:3"))),
  annotations: {
    "deployment.kubernetes.io/revision": "4",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
    "kubernetes.io/change-cause": "deploy v3",
    "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:default/web",
  },
  paused: false,
  deleting: false,
};

function sent(template: Json, seen: Live = live) {
  const change = { template: rawTemplate(withoutHashLabel(template)), cause: "rollback to revision 2", notes: {} };
  return operationsOf({ operation: "op-1", seen, fence: "op-1", change });
}

const value = (all: ReturnType<typeof sent>, op: string, path: string): unknown =>
  all.find((it) => it.op === op && it.path === path)?.value;

describe("kubectl rollout undo on the wire", () => {
  test.each([
    ["undo of a Deployment", "web", "r/web:2"],
    ["undo --to-revision=1", "web", "r/web:1"],
    ["undo of a StatefulSet", "web", "r/db:1"],
    ["undo of a DaemonSet", "web", "r/agent:1"],
    ["undo of a DaemonSet to its newest", "web", "r/agent:2"],
  ])("%s: the template is the same, but for what kubectl adds or loses", (_, name, image) => {
    const ours = value(sent(kept(name, image)), "replace", "/spec/template");
    const { metadata, spec } = Object(heard(name, image));
    const { creationTimestamp, ...rest } = metadata;
    expect({ ours, creationTimestamp }).toEqual({ ours: { metadata: rest, spec }, creationTimestamp: null });
    expect(rawTemplate(heard(name, image)).hash).toBe(rawTemplate(withoutHashLabel(kept(name, image))).hash);
  });

  test("of the annotations kubectl sends the whole map, which loses what came since; we send two keys", () => {
    const theirs = {
      "deployment.kubernetes.io/revision": "4",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
      "kubernetes.io/change-cause": "deploy v2",
      "old-only": "x",
    };
    expect(Object.keys(theirs)).not.toContain("argocd.argoproj.io/tracking-id");
    const all = sent(kept("web", "r/web:2"));
    expect(all.filter((it) => it.op !== "test" && it.path.startsWith("/metadata"))).toEqual([
      { op: "add", path: "/metadata/annotations/kubernetes.io~1change-cause", value: "rollback to revision 2" },
      { op: "add", path: "/metadata/annotations/whatsrunning.dev~1operation", value: "op-1" },
    ]);
  });

  test("kubectl tests nothing, so that it writes over whatever came meanwhile; we test all that we saw", () => {
    expect(sent(kept("web", "r/web:2")).filter((it) => it.op === "test")).toEqual([
      { op: "test", path: "/metadata/uid", value: "u" },
      { op: "test", path: "/metadata/generation", value: 4 },
      { op: "test", path: "/metadata/annotations/whatsrunning.dev~1operation", value: null },
      { op: "test", path: "/metadata/deletionTimestamp", value: null },
      { op: "test", path: "/spec/paused", value: null },
      { op: "test", path: "/spec/template", value: live.template.json },
    ]);
  });

  test("a void changes nothing but the fence, and adds the map where there is none", () => {
    const seen = { ...live, annotations: null };
    expect(operationsOf({ operation: "op-1", seen, fence: "void:op-1", change: null })).toEqual([
      { op: "test", path: "/metadata/uid", value: "u" },
      { op: "test", path: "/metadata/generation", value: 4 },
      { op: "test", path: "/metadata/annotations", value: null },
      { op: "add", path: "/metadata/annotations", value: { "whatsrunning.dev/operation": "void:op-1" } },
    ]);
  });

  test("fields that no typed model of ours knows go back too, and a pin touches one field", () => {
    const { metadata, spec } = Object(kept("web", "r/web:2"));
    const unknown: Json = { metadata, spec: { ...spec, newInTheNextVersion: { mode: [1, null, { a: "b" }] } } };
    expect(value(sent(unknown), "replace", "/spec/template")).toMatchObject({
      spec: { newInTheNextVersion: { mode: [1, null, { a: "b" }] } },
    });
    const image = `r/web@sha256:${"a".repeat(64)}`;
    const [container] = spec.containers;
    expect(pinned(unknown, [{ container: "web", image }])).toEqual({
      metadata,
      spec: { ...Object(unknown).spec, containers: [{ ...container, image }] },
    });
  });
});
