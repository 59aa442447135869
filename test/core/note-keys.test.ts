import { expect, test } from "vitest";
import { isNote } from "../../src/core/note-keys.ts";

test.each([
  "whatsrunning.dev/commit",
  "kubernetes.io/change-cause",
  "actions.github.com/k8s-deploy",
  "githubWorkflow_0123456789abcdef",
  "app.gitlab.com/env",
  "argocd.argoproj.io/tracking-id",
  "argocd.argoproj.io/instance",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/version",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/part-of",
  "app.kubernetes.io/name",
  "kustomize.toolkit.fluxcd.io/name",
  "helm.toolkit.fluxcd.io/name",
  "meta.helm.sh/release-name",
  "helm.sh/chart",
  "tags.datadoghq.com/version",
  "skaffold.dev/run-id",
  "moniker.spinnaker.io/application",
  "kubectl.kubernetes.io/restartedAt",
  "deployment.kubernetes.io/revision",
  "deployment.kubernetes.io/revision-history",
  "kargo.akuity.io/authorized-stage",
])("%s may tell where a release came from", (key) => {
  expect(isNote(key)).toBe(true);
});

test.each([
  "kubectl.kubernetes.io/last-applied-configuration",
  "argocd.argoproj.io/sync-wave",
  "deployment.kubernetes.io/desired-replicas",
  "app.kubernetes.io/component",
  "evil.example/whatsrunning.dev/commit",
  "helm.sh/hook",
  "__proto__",
  "constructor",
  "",
])("%j is left in the cluster", (key) => {
  expect(isNote(key)).toBe(false);
});
