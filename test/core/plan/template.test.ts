import fc from "fast-check";
import { expect, test } from "vitest";
import { configsIn, containersIn, noteIn, referencesIn } from "../../../src/core/plan/template.ts";
import { rawTemplate } from "./given.ts";

const whole = rawTemplate("v1", {
  serviceAccountName: "runner",
  priorityClassName: "high",
  imagePullSecrets: [{ name: "pull" }],
  initContainers: [
    { name: "migrate", image: "m:1", envFrom: [{ secretRef: { name: "db" } }] },
    { name: "proxy", image: "p:1", restartPolicy: "Always" },
  ],
  containers: [
    {
      name: "checkout",
      image: "c:1",
      envFrom: [{ configMapRef: { name: "flags", optional: true } }],
      env: [
        { name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "a" } } },
        { name: "B", value: "plain" },
        { name: "C", valueFrom: { secretKeyRef: { name: "db", key: "c", optional: true } } },
      ],
    },
  ],
  volumes: [
    { name: "x", configMap: { name: "settings" } },
    { name: "y", secret: { secretName: "certificate" } },
    { name: "z", persistentVolumeClaim: { claimName: "data" } },
    {
      name: "p",
      projected: { sources: [{ configMap: { name: "more" } }, { secret: { name: "token", optional: true } }] },
    },
    { name: "e", emptyDir: {} },
    { name: "c", csi: { driver: "x", nodePublishSecretRef: { name: "publish" } } },
    { name: "a", azureFile: { secretName: "azure" } },
    { name: "r", rbd: { secretRef: { name: "rbd" } } },
  ],
});

test("finds every container, and which of them keeps running", () => {
  expect(containersIn(whole)).toEqual([
    { name: "checkout", role: "main", image: "c:1" },
    { name: "migrate", role: "init", image: "m:1" },
    { name: "proxy", role: "sidecar", image: "p:1" },
  ]);
});

test("finds everything that pods need by name: optional only where every use of it is", () => {
  const found = referencesIn(whole).map((it) => `${it.kind}/${it.name}${it.optional ? "?" : ""}`);
  expect(found.toSorted()).toEqual([
    "ConfigMap/flags?",
    "ConfigMap/more",
    "ConfigMap/settings",
    "PersistentVolumeClaim/data",
    "PriorityClass/high",
    "Secret/azure",
    "Secret/certificate",
    "Secret/db",
    "Secret/publish",
    "Secret/pull?",
    "Secret/rbd",
    "Secret/token?",
    "ServiceAccount/runner",
  ]);
});

test("a secret that images are pulled or storage is opened with is no configuration", () => {
  expect(configsIn(whole).map((it) => it.name)).toEqual(["flags", "more", "settings", "certificate", "db", "token"]);
});

test("whatever a template looks like, it is read without a fault", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const it = { hash: "x", json: JSON.parse(JSON.stringify(json)) };
      return [containersIn(it), referencesIn(it), configsIn(it)].every(Array.isArray) && noteIn(it, "a") === null;
    }),
  );
});
