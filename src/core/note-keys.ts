/**
 * The annotations and labels that may tell where a release came from. Everything else is left in the cluster: it costs
 * memory, and `kubectl.kubernetes.io/last-applied-configuration` repeats whole manifests with what people wrote in them.
 */
const keys: ReadonlySet<string> = new Set([
  "kubernetes.io/change-cause",
  "kubectl.kubernetes.io/restartedAt",
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/version",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/part-of",
  "helm.sh/chart",
  "argocd.argoproj.io/tracking-id",
  "argocd.argoproj.io/instance",
  "tags.datadoghq.com/version",
]);

const prefixes: readonly string[] = [
  "whatsrunning.dev/",
  "deployment.kubernetes.io/revision", // and revision-history
  "actions.github.com/",
  "githubWorkflow_",
  "app.gitlab.com/",
  "kustomize.toolkit.fluxcd.io/",
  "helm.toolkit.fluxcd.io/",
  "meta.helm.sh/",
  "skaffold.dev/",
  "moniker.spinnaker.io/",
  "kargo.akuity.io/",
];

export function isNote(key: string): boolean {
  return keys.has(key) || prefixes.some((it) => key.startsWith(it));
}
