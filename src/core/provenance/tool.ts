import type { Notes, Writer } from "../workload.ts";

/** A tool that deployed or owns a workload. It says how, never who. */
export type Tool = { readonly name: string; readonly detail: string | null };

type Owner = Tool & { readonly managers: readonly string[] };

/** The tool that keeps this object, from the labels and annotations that these tools put on what they manage. */
export function ownerOf(notes: Notes): Owner | null {
  const flux = (kind: string) =>
    joined(notes[`${kind}.toolkit.fluxcd.io/namespace`], notes[`${kind}.toolkit.fluxcd.io/name`]);
  const [kustomization, helmRelease] = [flux("kustomize"), flux("helm")];
  const argo = notes["argocd.argoproj.io/tracking-id"]?.split(":")[0] ?? notes["argocd.argoproj.io/instance"];
  const release = joined(notes["meta.helm.sh/release-namespace"], notes["meta.helm.sh/release-name"]);
  const gitlab = notes["app.gitlab.com/app"];
  const spinnaker = notes["moniker.spinnaker.io/application"];

  if (argo) return { name: "Argo CD", detail: argo, managers: ["argocd-controller", "argocd-application-controller"] };
  if (kustomization) return { name: "Flux", detail: kustomization, managers: ["kustomize-controller"] };
  if (helmRelease) return { name: "Flux", detail: helmRelease, managers: ["helm-controller"] };
  if (release) return { name: "Helm", detail: release, managers: ["helm", "Helm"] };
  if (spinnaker) return { name: "Spinnaker", detail: spinnaker, managers: [] };
  if (gitlab) return { name: "GitLab", detail: gitlab, managers: [] };
  if (notes["skaffold.dev/run-id"]) return { name: "Skaffold", detail: null, managers: [] };
  return null;
}

function joined(namespace: string | undefined, name: string | undefined): string | null {
  return name ? [namespace, name].filter(Boolean).join("/") : null;
}

/** What the well-known field managers are called by the people who use them. */
const managers: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "kubectl-client-side-apply": "kubectl apply",
    "kubectl-set": "kubectl set",
    "kubectl-edit": "kubectl edit",
    "kubectl-patch": "kubectl patch",
    "kubectl-create": "kubectl create",
    "kubectl-replace": "kubectl replace",
    "kubectl-rollout": "kubectl rollout",
    "argocd-controller": "Argo CD",
    "argocd-application-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
    helm: "Helm",
  }),
);

/** The last one to write the image of one of these containers, as the API server recorded it. */
export function lastWriter(writers: readonly Writer[], containers: readonly string[]): Writer | null {
  const owners = writers.filter((it) => it.containers.some((name) => containers.includes(name)));
  return owners.reduce<Writer | null>((last, it) => (last && (last.at ?? 0) >= (it.at ?? 0) ? last : it), null);
}

export function toolOf({ manager, operation }: Writer): Tool {
  if (manager === "kubectl") {
    return { name: operation === "Apply" ? "kubectl apply --server-side" : "kubectl", detail: null };
  }
  return { name: managers.get(manager) ?? manager, detail: null };
}
