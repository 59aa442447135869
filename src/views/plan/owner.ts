import type { OwnerFinding } from "../../core/check/owner.ts";
import { code, link, literal } from "../words/text.ts";

/** Who would undo a rollback, when, and how it is done right there. */
export function ownerWords(it: OwnerFinding): string {
  switch (it.kind) {
    case "nobody":
      return "Nothing says that anybody else would put it back.";
    case "argocd":
      return argoWords(it);
    case "flux kustomization":
      return `The Flux Kustomization ${place(it)} puts back what Git says at its next interval. Revert in Git, or suspend it first: ${code(`flux suspend kustomization ${it.name} -n ${it.namespace}`)} (${link("https://fluxcd.io/flux/cmd/flux_suspend_kustomization/", "how")}).`;
    case "flux disabled":
      return `The Flux Kustomization ${place(it)} was told to leave it alone. Once that is lifted, it puts back what Git says.`;
    case "flux helm release":
      return `The Flux HelmRelease ${place(it)} puts back what it says at its next upgrade, or sooner where it detects drift. Revert its values in Git (${link("https://fluxcd.io/flux/components/helm/helmreleases/#drift-detection", "drift detection")}).`;
    case "helm":
      return `Helm release ${code(it.release, 80)} goes on to tell of the version now, and its next upgrade brings that back. Helm's own way: ${code(`helm rollback ${it.release} -n ${it.namespace}`)} (${link("https://helm.sh/docs/helm/helm_rollback/", "how")}).`;
    case "controller":
      return `${literal(it.controller.kind, 80)} ${code(it.controller.name, 100)} (${literal(it.controller.apiVersion, 80)}) makes this workload, and makes it again as it was. Change it there.`;
    case "applied":
      return it.how === "server"
        ? `${it.by === null ? "Somebody" : code(it.by, 80)} applies this workload on the server: the next apply is a conflict until it is reverted at its source too.`
        : "It was made with kubectl apply: the next apply brings back what its file says. Revert that, too.";
    case "image updater":
      return `${it.tool} follows the registry, and may put the newer image back.`;
    case "unread":
      return `Who else writes it could not be told (${literal(it.because, 200)}).`;
  }
}

const argoDocs = "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/";

function argoWords(it: OwnerFinding & { readonly kind: "argocd" }): string {
  const app = code(it.app, 100);
  switch (it.sync) {
    case "self-heal":
      return `Argo CD application ${app} heals itself: it undoes this after about ${Math.round(it.afterMs / 1_000)} seconds. Revert in Git, or switch automated sync off first: ${code(`argocd app set ${it.app} --sync-policy none`)} (${link(`${argoDocs}#automatic-self-healing`, "how")}).`;
    case "automated":
      return `Argo CD application ${app} syncs by itself: the next commit brings back what Git says. Revert in Git, too (${link(argoDocs, "automated sync")}).`;
    case "manual":
      return `Argo CD application ${app}: whoever syncs it next brings back what Git says. Revert in Git, too.`;
    case "unread":
      return `Argo CD application ${app} claims it; whether it undoes this by itself could not be told (${literal(it.because, 200)}).`;
  }
}

function place({ name, namespace }: { readonly name: string; readonly namespace: string }): string {
  return code(namespace === "" ? name : `${namespace}/${name}`, 150);
}
