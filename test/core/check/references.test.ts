import { expect, test } from "vitest";
import { referencesOf } from "../../../src/core/check/references.ts";

const told = (spec: object): readonly string[] =>
  referencesOf(JSON.parse(JSON.stringify({ spec }))).map(
    ({ kind, name, optional }) => `${kind} ${name}${optional ? " (optional)" : ""}`,
  );

test("every place where a template can name something is looked at", () => {
  const spec = {
    serviceAccountName: "account",
    priorityClassName: "high",
    imagePullSecrets: [{ name: "pull" }, {}],
    initContainers: [{ envFrom: [{ configMapRef: { name: "init-all" } }, { secretRef: { name: "init-secret" } }] }],
    containers: [
      {
        env: [
          { name: "plain", value: "1" },
          { valueFrom: { configMapKeyRef: { name: "one", key: "a" } } },
          { valueFrom: { secretKeyRef: { name: "one", key: "b", optional: true } } },
          { valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ],
        envFrom: [{ configMapRef: { name: "all", optional: true } }],
      },
    ],
    volumes: [
      { name: "empty", emptyDir: {} },
      { configMap: { name: "files", optional: true } },
      { secret: { secretName: "keys" } },
      { persistentVolumeClaim: { claimName: "disk" } },
      {
        projected: { sources: [{ configMap: { name: "p" } }, { secret: { name: "p" } }, { serviceAccountToken: {} }] },
      },
      { csi: { driver: "x", nodePublishSecretRef: { name: "publish" } } },
      { azureFile: { secretName: "azure" } },
      { rbd: { secretRef: { name: "rbd" } } },
    ],
  };
  expect(told(spec)).toEqual([
    "ConfigMap init-all",
    "Secret init-secret",
    "ConfigMap one",
    "Secret one (optional)",
    "ConfigMap all (optional)",
    "ConfigMap files (optional)",
    "Secret keys",
    "PersistentVolumeClaim disk",
    "ConfigMap p",
    "Secret p",
    "Secret publish",
    "Secret azure",
    "Secret rbd",
    "Secret pull",
    "ServiceAccount account",
    "PriorityClass high",
  ]);
});

const twice = (...optional: boolean[]) =>
  told({ containers: [{ envFrom: optional.map((it) => ({ configMapRef: { name: "a", optional: it } })) }] });

test("what is named twice is told once, and has to be there if one of the two needs it", () => {
  expect(twice(true, true)).toEqual(["ConfigMap a (optional)"]);
  expect(twice(true, false)).toEqual(["ConfigMap a"]);
  expect(twice(false, true)).toEqual(["ConfigMap a"]);
});

test.each([
  [{}],
  [{ containers: null, volumes: "x" }],
  [{ containers: [null, 1, { env: {} }] }],
  [{ serviceAccountName: "" }],
])("a template that names nothing refers to nothing: %j", (spec) => {
  expect(told(spec)).toEqual([]);
});
