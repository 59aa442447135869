import type { Workload } from "../workload.ts";
import { check, type Check } from "./check.ts";
import type { Learnt, Owners } from "./material.ts";

/** Would somebody undo this, and when? Each tool has a procedure of its own, which the views word. */
export type OwnerFinding =
  | { readonly outcome: "ok"; readonly kind: "nobody" }
  /** Puts back what Git says a few seconds later. */
  | {
      readonly outcome: "block";
      readonly kind: "argocd";
      readonly app: string;
      readonly sync: "self-heal";
      readonly afterMs: number;
    }
  /** Until the next commit, or until somebody syncs. */
  | { readonly outcome: "warn"; readonly kind: "argocd"; readonly app: string; readonly sync: "automated" | "manual" }
  | {
      readonly outcome: "unknown";
      readonly kind: "argocd";
      readonly app: string;
      readonly sync: "unread";
      readonly because: string;
    }
  /** Corrects what drifted at each interval. */
  | {
      readonly outcome: "block";
      readonly kind: "flux kustomization";
      readonly name: string;
      readonly namespace: string;
    }
  /** Told to leave this object alone. */
  | { readonly outcome: "warn"; readonly kind: "flux disabled"; readonly name: string; readonly namespace: string }
  /** At the next upgrade; at each interval where it was told to detect drift. */
  | { readonly outcome: "warn"; readonly kind: "flux helm release"; readonly name: string; readonly namespace: string }
  /** At the next upgrade, and its history goes on to tell of the bad one. */
  | { readonly outcome: "warn"; readonly kind: "helm"; readonly release: string; readonly namespace: string }
  /** Whatever an operator makes, it makes again. */
  | { readonly outcome: "block"; readonly kind: "controller"; readonly controller: NonNullable<Owners["controller"]> }
  /** At the next apply, which restores the bad image; applied on the server, it is refused as a conflict instead. */
  | {
      readonly outcome: "warn";
      readonly kind: "applied";
      readonly by: string | null;
      readonly how: "client" | "server";
    }
  /** Follows the registry by itself. */
  | { readonly outcome: "warn"; readonly kind: "image updater"; readonly tool: "keel" | "argocd-image-updater" }
  | { readonly outcome: "unknown"; readonly kind: "unread"; readonly because: string };

export type OwnerMaterial = {
  readonly of: Pick<Workload, "namespace" | "kind" | "name">;
  readonly owners: Learnt<Owners>;
  /** How the Application syncs that claims this object; asked only where one does. It may live in another cluster. */
  readonly argo: Learnt<{ readonly automated: boolean; readonly selfHeal: boolean }>;
};

/** Argo CD's own default, from seeing the difference to putting it back. */
const selfHealAfterMs = 5_000;

export function ownerCheck({ of, owners, argo }: OwnerMaterial): Check<"owner"> {
  if (owners.kind !== "known") {
    return check("owner", [], { outcome: "unknown", kind: "unread", because: owners.because });
  }
  const { value } = owners;
  const found = [
    ...argoCd(value, of, argo),
    ...flux(value),
    ...helm(value),
    ...controller(value),
    ...applied(value),
    ...updaters(value),
  ];
  return check("owner", found, { outcome: "ok", kind: "nobody" });
}

function argoCd(
  { labels, annotations }: Owners,
  of: OwnerMaterial["of"],
  argo: OwnerMaterial["argo"],
): readonly OwnerFinding[] {
  const app = argoAppOf({ labels, annotations }, of);
  if (app === null) return [];
  if (argo.kind !== "known")
    return [{ outcome: "unknown", kind: "argocd", app, sync: "unread", because: argo.because }];
  const { automated, selfHeal } = argo.value;
  if (!automated) return [{ outcome: "warn", kind: "argocd", app, sync: "manual" }];
  return selfHeal
    ? [{ outcome: "block", kind: "argocd", app, sync: "self-heal", afterMs: selfHealAfterMs }]
    : [{ outcome: "warn", kind: "argocd", app, sync: "automated" }];
}

/** The Argo CD Application that claims the object, null when none does. */
export function argoAppOf(
  { labels, annotations }: Pick<Owners, "labels" | "annotations">,
  of: OwnerMaterial["of"],
): string | null {
  return trackedBy(annotations["argocd.argoproj.io/tracking-id"], of) ?? labels["argocd.argoproj.io/instance"] ?? null;
}

/** `<app>:<group>/<kind>:<namespace>/<name>`. One that names another object was copied from there, and claims nothing here. */
function trackedBy(id: string | undefined, { namespace, kind, name }: OwnerMaterial["of"]): string | null {
  const [app, ...rest] = id?.split(":") ?? [];
  return app && rest.join(":") === `apps/${kind}:${namespace}/${name}` ? app : null;
}

function flux({ labels, annotations }: Owners): readonly OwnerFinding[] {
  const kustomization = named(labels, "kustomize.toolkit.fluxcd.io");
  const release = named(labels, "helm.toolkit.fluxcd.io");
  const isDisabled = annotations["kustomize.toolkit.fluxcd.io/reconcile"] === "disabled";
  return [
    ...(kustomization && !isDisabled
      ? [{ outcome: "block", kind: "flux kustomization", ...kustomization } as const]
      : []),
    ...(kustomization && isDisabled ? [{ outcome: "warn", kind: "flux disabled", ...kustomization } as const] : []),
    ...(release ? [{ outcome: "warn", kind: "flux helm release", ...release } as const] : []),
  ];
}

function named(labels: Owners["labels"], prefix: string): { readonly name: string; readonly namespace: string } | null {
  const [name, namespace] = [labels[`${prefix}/name`], labels[`${prefix}/namespace`]];
  return name === undefined ? null : { name, namespace: namespace ?? "" };
}

/** Flux's own Helm releases are told as Flux's. */
function helm({ labels, annotations }: Owners): readonly OwnerFinding[] {
  const release = annotations["meta.helm.sh/release-name"];
  const isFlux = named(labels, "helm.toolkit.fluxcd.io") !== null;
  if (isFlux || (release === undefined && labels["app.kubernetes.io/managed-by"] !== "Helm")) return [];
  const namespace = annotations["meta.helm.sh/release-namespace"] ?? "";
  return [{ outcome: "warn", kind: "helm", release: release ?? labels["app.kubernetes.io/instance"] ?? "", namespace }];
}

function controller({ controller: it }: Owners): readonly OwnerFinding[] {
  return it === null ? [] : [{ outcome: "block", kind: "controller", controller: it }];
}

/** Those that have a finding of their own by now. */
const tools: ReadonlySet<string> = new Set(["argocd-controller", "kustomize-controller", "helm-controller", "helm"]);

function applied({ annotations, managers }: Owners): readonly OwnerFinding[] {
  const onServer = managers.filter((it) => it.operation === "Apply" && !tools.has(it.name));
  const onClient = annotations["kubectl.kubernetes.io/last-applied-configuration"] !== undefined;
  return [
    ...onServer.map((it) => ({ outcome: "warn", kind: "applied", by: it.name, how: "server" }) as const),
    ...(onClient ? [{ outcome: "warn", kind: "applied", by: null, how: "client" } as const] : []),
  ];
}

function updaters({ annotations }: Owners): readonly OwnerFinding[] {
  const has = (prefix: string) => Object.keys(annotations).some((it) => it.startsWith(prefix));
  return [
    ...(has("keel.sh/") ? [{ outcome: "warn", kind: "image updater", tool: "keel" } as const] : []),
    ...(has("argocd-image-updater.argoproj.io/")
      ? [{ outcome: "warn", kind: "image updater", tool: "argocd-image-updater" } as const]
      : []),
  ];
}
