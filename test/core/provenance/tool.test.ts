import { describe, expect, test } from "vitest";
import { lastWriter, ownerOf, toolOf } from "../../../src/core/provenance/tool.ts";
import type { Notes, Writer } from "../../../src/core/workload.ts";
import { hour, minute, now, writer } from "../given.ts";

const flux = (kind: string) => ({
  [`${kind}.toolkit.fluxcd.io/name`]: "apps",
  [`${kind}.toolkit.fluxcd.io/namespace`]: "flux-system",
});

describe("the tool that keeps the workload is", () => {
  const helm = { "meta.helm.sh/release-name": "checkout", "meta.helm.sh/release-namespace": "shop" };

  test.each<readonly [name: string, detail: string | null, notes: Notes]>([
    ["Argo CD", "checkout-prod", { "argocd.argoproj.io/tracking-id": "checkout-prod:apps/Deployment:shop/checkout" }],
    ["Argo CD", "checkout-prod", { "argocd.argoproj.io/instance": "checkout-prod" }],
    ["Argo CD", "checkout-prod", { "argocd.argoproj.io/instance": "checkout-prod", ...helm }],
    ["Flux", "flux-system/apps", flux("kustomize")],
    ["Flux", "flux-system/apps", { ...flux("helm"), ...helm }],
    ["Flux", "apps", { "kustomize.toolkit.fluxcd.io/name": "apps" }],
    ["Helm", "shop/checkout", helm],
    ["Spinnaker", "checkout", { "moniker.spinnaker.io/application": "checkout" }],
    ["GitLab", "acme-checkout", { "app.gitlab.com/app": "acme-checkout", "app.gitlab.com/env": "prod" }],
    ["Skaffold", null, { "skaffold.dev/run-id": "f00" }],
  ])("%s (%s)", (name, detail, notes) => {
    expect(ownerOf(notes)).toMatchObject({ name, detail });
  });

  test.each<readonly [rule: string, notes: Notes]>([
    ["nobody without their labels", {}],
    ["nobody by a name that anybody may use", { "app.kubernetes.io/instance": "checkout" }],
    ["nobody by an empty label", { "argocd.argoproj.io/tracking-id": "", "meta.helm.sh/release-name": "" }],
    ["nobody by a namespace alone", { "meta.helm.sh/release-namespace": "shop" }],
  ])("%s", (_, notes) => {
    expect(ownerOf(notes)).toBeNull();
  });
});

describe("the last writer of an image", () => {
  const apply = writer({
    manager: "kubectl-client-side-apply",
    at: now - 2 * hour,
    containers: ["checkout", "worker"],
  });
  const set = writer({ manager: "kubectl-set", at: now - minute, containers: ["worker"] });
  const timeless = writer({ manager: "ancient-changes", at: null });

  test.each<readonly [rule: string, writers: readonly Writer[], containers: readonly string[], last: Writer | null]>([
    ["wrote after the others", [apply, set], ["checkout", "worker"], set],
    ["in whatever order they come", [set, apply], ["checkout", "worker"], set],
    ["wrote that container, not another", [apply, set], ["checkout"], apply],
    ["is one with a time rather than one without", [timeless, apply], ["checkout"], apply],
    ["may be without a time when there is no other", [timeless], ["checkout"], timeless],
    ["is nobody where nobody wrote it", [apply, set], ["proxy"], null],
    ["is nobody where the server says nothing", [], ["checkout"], null],
  ])("%s", (_, writers, containers, last) => {
    expect(lastWriter(writers, containers)).toBe(last);
  });
});

test.each<readonly [manager: string, operation: Writer["operation"], name: string]>([
  ["kubectl-client-side-apply", "Update", "kubectl apply"],
  ["kubectl", "Apply", "kubectl apply --server-side"],
  ["kubectl", "Update", "kubectl"],
  ["kubectl-set", "Update", "kubectl set"],
  ["kubectl-edit", "Update", "kubectl edit"],
  ["argocd-controller", "Apply", "Argo CD"],
  ["helm", "Update", "Helm"],
  ["Helm", "Update", "Helm"],
  ["Terraform", "Apply", "Terraform"],
  ["constructor", "Update", "constructor"],
  ["__proto__", "Update", "__proto__"],
])("the field manager %s (%s) is called %s", (manager, operation, name) => {
  expect(toolOf(writer({ manager, operation }))).toEqual({ name, detail: null });
});
