import { expect, test } from "vitest";
import { blocked, type Check, unknown, worstFirst } from "../../../src/core/check/check.ts";
import { configurationCheck, type ConfigurationMaterial } from "../../../src/core/check/configuration.ts";
import { imageCheck, type ImageMaterial } from "../../../src/core/check/image.ts";
import { manifestCheck, type ManifestMaterial } from "../../../src/core/check/manifest.ts";
import type { Learnt, Owners } from "../../../src/core/check/material.ts";
import { ownerCheck, type OwnerMaterial } from "../../../src/core/check/owner.ts";
import { permissionCheck, type PermissionMaterial } from "../../../src/core/check/permission.ts";
import { schemaCheck, type SchemaMaterial } from "../../../src/core/check/schema.ts";
import { stateCheck, type StateMaterial } from "../../../src/core/check/state.ts";
import { crashing, digest, now, pod, revision, workload } from "../given.ts";

const known = <T>(value: T): Learnt<T> => ({ kind: "known", value });
const refused = { kind: "refused", because: "not allowed" } as const;
const silent = { kind: "no answer", because: "no answer in time" } as const;

/** The outcome, then each thing found, as `outcome kind`. */
function told({ outcome, found }: Check): readonly string[] {
  return [outcome, ...found.map((it) => `${it.outcome} ${it.kind}`)];
}

const [a, b] = [digest("a"), digest("b")];
type Container = ImageMaterial["containers"][number];
const image = (given: Partial<Container> = {}): Container => ({
  container: "main",
  image: "ghcr.io/acme/checkout:1",
  digest: a,
  registry: known({ served: true, architectures: ["amd64", "arm64"] }),
  tagNow: known(a),
  ...given,
});

test.each<[string, Partial<Container>, ImageMaterial["nodes"], readonly string[]]>([
  ["is served, for every node", {}, known(["amd64"]), ["ok", "ok served"]],
  ["is pinned: there is no tag to move", { tagNow: known(null) }, known(["amd64"]), ["ok", "ok served"]],
  [
    "is gone",
    { registry: known({ served: false, architectures: null }) },
    known(["amd64"]),
    ["block", "block not served"],
  ],
  [
    "lacks an architecture",
    { registry: known({ served: true, architectures: ["amd64"] }) },
    known(["amd64", "arm64"]),
    ["block", "block architecture missing"],
  ],
  ["is another by that tag now", { tagNow: known(b) }, known(["amd64"]), ["warn", "warn tag moved", "ok served"]],
  ["is only known by a tag", { digest: null }, known(["amd64"]), ["unknown", "unknown digest not known"]],
  [
    "is in a registry that does not answer",
    { registry: silent },
    known(["amd64"]),
    ["unknown", "unknown registry unread"],
  ],
  [
    "is for architectures that nobody says",
    { registry: known({ served: true, architectures: null }) },
    known(["amd64"]),
    ["unknown", "unknown architectures not said"],
  ],
  ["is for nodes that we may not see", {}, refused, ["unknown", "unknown nodes unread", "ok served"]],
  [
    "has a tag that cannot be asked for",
    { tagNow: silent },
    known(["amd64"]),
    ["unknown", "unknown tag unread", "ok served"],
  ],
])("an image that %s", (_, given, nodes, expected) => {
  expect(told(imageCheck({ nodes, containers: [image(given)] }))).toEqual(expected);
});

const accepted = { kind: "accepted", template: "good", warnings: [] } as const;
const configMap = (is: Learnt<"there" | "missing">, optional = false) =>
  ({ kind: "ConfigMap", name: "web-7f9c", optional, is }) as const;

test.each<[string, Partial<ManifestMaterial>, readonly string[]]>([
  ["is taken as it is", {}, ["ok", "ok accepted"]],
  ["is rewritten", { rehearsal: { ...accepted, template: "good+" } }, ["warn", "warn rewritten"]],
  ["is warned of", { rehearsal: { ...accepted, warnings: ["PodSecurity"] } }, ["warn", "warn warning"]],
  ["is refused by a policy", { rehearsal: { kind: "forbidden", message: "no" } }, ["block", "block refused"]],
  ["is not valid any more", { rehearsal: { kind: "invalid", message: "no" } }, ["block", "block refused"]],
  ["cannot be rehearsed", { rehearsal: { kind: "not possible" } }, ["unknown", "unknown no dry run"]],
  ["moves", { rehearsal: { kind: "moved" } }, ["unknown", "unknown moved"]],
  ["comes to a busy server", { rehearsal: { kind: "busy" } }, ["unknown", "unknown no answer"]],
  ["comes to a silent server", { rehearsal: silent }, ["unknown", "unknown no answer"]],
  ["has all it refers to", { references: [configMap(known("there"))] }, ["ok", "ok accepted"]],
  ["lacks a ConfigMap", { references: [configMap(known("missing"))] }, ["block", "block reference missing"]],
  ["lacks what is optional", { references: [configMap(known("missing"), true)] }, ["ok", "ok accepted"]],
  ["refers to what we may not see", { references: [configMap(refused)] }, ["unknown", "unknown reference unread"]],
  [
    "lacks one thing, and another nobody can see",
    { references: [configMap(refused), configMap(known("missing"))] },
    ["block", "block reference missing", "unknown reference unread"],
  ],
])("a manifest that %s", (_, given, expected) => {
  expect(told(manifestCheck({ rehearsal: accepted, template: "good", references: [], ...given }))).toEqual(expected);
});

type Is = ConfigurationMaterial["now"][number]["is"];
const there = (version: string, uid = "u"): Is => ({ state: "there", uid, version, changedAt: now });
const [absent, unread]: readonly [Is, Is] = [{ state: "absent" }, { state: "unread" }];

test.each<[string, Is, Is | null, readonly string[]]>([
  ["is as it was", there("1"), there("1"), ["ok", "ok same"]],
  ["was changed", there("2"), there("1"), ["warn", "warn changed"]],
  ["was made anew", there("1", "v"), there("1"), ["warn", "warn changed"]],
  ["is gone", absent, there("1"), ["warn", "warn gone"]],
  ["was not there then", there("1"), absent, ["warn", "warn made since"]],
  ["was never there", absent, absent, ["ok", "ok same"]],
  ["cannot be seen", unread, there("1"), ["unknown", "unknown now not known"]],
  ["could not be seen then", there("1"), unread, ["unknown", "unknown then not known"]],
  ["is not in the ledger", there("1"), null, ["unknown", "unknown then not known"]],
])("configuration that %s", (_, is, was, expected) => {
  const of = { kind: "ConfigMap", name: "web" } as const;
  const before = was === null ? [] : [{ ...of, is: was }];
  expect(told(configurationCheck({ now: [{ ...of, is }], before, isSameImage: false, last: [] }))).toEqual(expected);
});

test("where the image is the same, going back to it will not help by itself", () => {
  expect(told(configurationCheck({ now: [], before: null, isSameImage: true, last: [] }))).toEqual([
    "warn",
    "warn same image",
  ]);
  expect(told(configurationCheck({ now: [], before: null, isSameImage: false, last: [] }))).toEqual([
    "ok",
    "ok none used",
  ]);
});

const said = (migration: SchemaMaterial["said"][number]["migration"]) =>
  [{ migration, release: "1.5.0", source: "claim" }] as const;
const job = (name: string) => known([{ name, at: now }]);

test.each<[string, SchemaMaterial, readonly string[]]>([
  ["nothing says so", { said: [], jobs: known([]) }, ["ok", "ok no sign"]],
  ["it is said not to have", { said: said("none"), jobs: known([]) }, ["ok", "ok said compatible"]],
  ["it is said to be compatible", { said: said("compatible"), jobs: known([]) }, ["ok", "ok said compatible"]],
  [
    "it is said to be irreversible",
    { said: said("irreversible"), jobs: known([]) },
    ["block", "block said irreversible"],
  ],
  ["a Job looks like it", { said: [], jobs: job("checkout-migrate-42") }, ["warn", "warn migration job"]],
  ["a Job does not look like it", { said: [], jobs: job("nightly-report") }, ["ok", "ok no sign"]],
  ["Jobs cannot be seen", { said: [], jobs: refused }, ["unknown", "unknown jobs unread"]],
  [
    "it is said, and Jobs cannot be seen",
    { said: said("irreversible"), jobs: silent },
    ["block", "block said irreversible", "unknown jobs unread"],
  ],
])("the schema changed: %s", (_, material, expected) => {
  expect(told(schemaCheck(material))).toEqual(expected);
});

const nobody: Owners = { labels: {}, annotations: {}, controller: null, managers: [] };
const argo = (automated: boolean, selfHeal: boolean) => known({ automated, selfHeal });
const tracked = { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/checkout" };
const kustomized = {
  "kustomize.toolkit.fluxcd.io/name": "apps",
  "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
};

test.each<[string, Partial<Owners>, OwnerMaterial["argo"], readonly string[]]>([
  ["nobody", {}, refused, ["ok", "ok nobody"]],
  ["Argo CD with self-heal", { annotations: tracked }, argo(true, true), ["block", "block argocd"]],
  ["Argo CD with automated sync", { annotations: tracked }, argo(true, false), ["warn", "warn argocd"]],
  ["Argo CD synced by hand", { annotations: tracked }, argo(false, false), ["warn", "warn argocd"]],
  ["Argo CD somewhere else", { annotations: tracked }, refused, ["unknown", "unknown argocd"]],
  [
    "Argo CD of another object, copied",
    { annotations: { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/other" } },
    argo(true, true),
    ["ok", "ok nobody"],
  ],
  [
    "Argo CD by its label",
    { labels: { "argocd.argoproj.io/instance": "shop" } },
    argo(true, true),
    ["block", "block argocd"],
  ],
  ["a Flux Kustomization", { labels: kustomized }, refused, ["block", "block flux kustomization"]],
  [
    "a Flux Kustomization told to leave it alone",
    { labels: kustomized, annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" } },
    refused,
    ["warn", "warn flux disabled"],
  ],
  [
    "a Flux HelmRelease, told once",
    { labels: { "helm.toolkit.fluxcd.io/name": "shop", "app.kubernetes.io/managed-by": "Helm" } },
    refused,
    ["warn", "warn flux helm release"],
  ],
  ["Helm", { annotations: { "meta.helm.sh/release-name": "shop" } }, refused, ["warn", "warn helm"]],
  ["Helm by its label", { labels: { "app.kubernetes.io/managed-by": "Helm" } }, refused, ["warn", "warn helm"]],
  [
    "an operator",
    { controller: { apiVersion: "acme.example/v1", kind: "Shop", name: "shop" } },
    refused,
    ["block", "block controller"],
  ],
  [
    "kubectl apply",
    { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "" } },
    refused,
    ["warn", "warn applied"],
  ],
  ["apply on the server", { managers: [{ name: "ci", operation: "Apply" }] }, refused, ["warn", "warn applied"]],
  [
    "Flux applying, which is told already",
    { labels: kustomized, managers: [{ name: "kustomize-controller", operation: "Apply" }] },
    refused,
    ["block", "block flux kustomization"],
  ],
  ["Keel", { annotations: { "keel.sh/policy": "all" } }, refused, ["warn", "warn image updater"]],
  [
    "Argo CD's image updater",
    { annotations: { "argocd-image-updater.argoproj.io/image-list": "x" } },
    refused,
    ["warn", "warn image updater"],
  ],
])("owned by %s", (_, given, application, expected) => {
  const of = { namespace: "shop", kind: "Deployment", name: "checkout" } as const;
  expect(told(ownerCheck({ of, owners: known({ ...nobody, ...given }), argo: application }))).toEqual(expected);
});

test("an owner that cannot be read is not nobody", () => {
  const of = { namespace: "shop", kind: "Deployment", name: "checkout" } as const;
  expect(told(ownerCheck({ of, owners: silent, argo: silent }))).toEqual(["unknown", "unknown unread"]);
});

const broken = pod(revision(7), { container: crashing, ready: false });
const quota = (used: string) => known([{ name: "q", resource: "pods", hard: "3", used }]);

test.each<[string, Partial<StateMaterial>, readonly string[]]>([
  ["is settled", {}, ["ok", "ok settled"]],
  ["is paused", { workload: workload({ paused: true }) }, ["block", "block paused"]],
  ["is on its way out", { deleting: true }, ["block", "block being deleted"]],
  ["is rolling out", { workload: workload({ generation: 8 }) }, ["warn", "warn rolling out"]],
  ["takes nothing by itself", { workload: workload({ strategy: "OnDelete" }) }, ["warn", "warn on delete"]],
  ["stops before it starts", { workload: workload({ strategy: "Recreate" }) }, ["warn", "warn downtime"]],
  ["moves only in part", { workload: workload({ partition: 2 }) }, ["warn", "warn partitioned"]],
  ["runs nothing", { workload: workload({ replicas: 0 }) }, ["warn", "warn no pods"]],
  [
    "waits for a broken pod",
    { workload: workload({ kind: "StatefulSet", ordered: true }), pods: [broken] },
    ["warn", "warn stuck pod"],
  ],
  ["has a broken pod that it does not wait for", { pods: [broken] }, ["ok", "ok settled"]],
  ["is scaled", { scaling: known({ name: "h", min: 2, max: 5, current: 3 }) }, ["ok", "ok scaled automatically"]],
  ["carries what nobody remembers", { lost: "p1" }, ["unknown", "unknown record lost"]],
  ["has no quota left", { quotas: quota("3") }, ["warn", "warn quota used up"]],
  ["has quota left", { quotas: quota("2") }, ["ok", "ok settled"]],
  [
    "cannot be seen in full",
    { scaling: refused, quotas: silent },
    ["unknown", "unknown scaling unread", "unknown quotas unread"],
  ],
])("a workload that %s", (_, given, expected) => {
  const settled = {
    workload: workload(),
    pods: [],
    deleting: false,
    lost: null,
    scaling: known(null),
    quotas: known([]),
    now,
  };
  expect(told(stateCheck({ ...settled, ...given }))).toEqual(expected);
});

const may = (given: object) => known({ patch: true, deletePods: true, createEvents: true, ...given });

test.each<[string, PermissionMaterial, readonly string[]]>([
  ["everything", { may: may({}), ordered: true }, ["ok", "ok allowed"]],
  ["no patch", { may: may({ patch: false }), ordered: false }, ["block", "block may not patch"]],
  [
    "no deletion, where it may be needed",
    { may: may({ deletePods: false }), ordered: true },
    ["warn", "warn may not delete pods"],
  ],
  ["no deletion, where it is not needed", { may: may({ deletePods: false }), ordered: false }, ["ok", "ok allowed"]],
  ["no Event", { may: may({ createEvents: false }), ordered: false }, ["warn", "warn may not leave events"]],
  ["nobody knows what", { may: silent, ordered: false }, ["unknown", "unknown unread"]],
])("our account may do %s", (_, material, expected) => {
  expect(told(permissionCheck(material))).toEqual(expected);
});

test("the worst comes first, and an unknown is not lost behind a block", () => {
  const checks = [
    permissionCheck({ may: may({}), ordered: false }),
    imageCheck({ nodes: known(["amd64"]), containers: [image({ tagNow: known(b) })] }),
    schemaCheck({ said: [], jobs: refused }),
    manifestCheck({
      rehearsal: accepted,
      template: "good",
      references: [configMap(refused), configMap(known("missing"))],
    }),
  ];
  expect(worstFirst(checks).map((it) => [it.about, it.outcome])).toEqual([
    ["manifest", "block"],
    ["schema", "unknown"],
    ["image", "warn"],
    ["permission", "ok"],
  ]);
  expect(blocked(checks)).toEqual(["manifest"]);
  expect(unknown(checks)).toEqual(["schema", "manifest"]);
});
