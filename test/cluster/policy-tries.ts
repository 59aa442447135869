/** What our account tries on the real control plane. Patches are merge patches of a Deployment. */

export const container = { name: "main", image: "ghcr.io/shop/web:1" };
const pod = (spec: object) => ({ spec: { template: { spec } } });
export const containers = (...all: object[]) => pod({ containers: all });

export const allowed: readonly [string, object][] = [
  ["another tag", containers({ ...container, image: "ghcr.io/shop/web:9" })],
  ["a digest", containers({ ...container, image: `ghcr.io/shop/web@sha256:${"a".repeat(64)}` })],
  ["a tag and a digest", containers({ ...container, image: `ghcr.io/shop/web:1@sha256:${"a".repeat(64)}` })],
  ["a variable", containers({ ...container, env: [{ name: "A", value: "a && b" }] })],
  ["a command", containers({ ...container, command: ["sh", "-c", "true"] })],
  ["a label of the pods", { spec: { template: { metadata: { labels: { app: "web", version: "1" } } } } }],
  ["another container of the same repository", containers(container, { ...container, name: "two" })],
  ["a Secret that is mounted", pod({ containers: [container], volumes: [{ name: "s", secret: { secretName: "s" } }] })],
  ["the cause of the change", { metadata: { annotations: { "kubernetes.io/change-cause": "x" } } }],
  ["our own annotation", { metadata: { annotations: { "whatsrunning.dev/operation": "op-9" } } }],
  ["a pipeline's annotation, taken away", { metadata: { annotations: { "actions.github.com/k8s-deploy": null } } }],
];
const only = "only spec.template may change";
const repo = "an image must come from a repository that this workload already uses";
const inPod = "service account, host namespaces, host paths and security contexts may not change";
const meta = "labels, finalizers and owners may not change";
const note = "only annotations that tell where a release came from may change";
export const refused: readonly [string, string, object][] = [
  ["replicas", only, { spec: { replicas: 5 } }],
  ["a pause", only, { spec: { paused: true } }],
  ["the strategy", only, { spec: { strategy: { type: "Recreate", rollingUpdate: null } } }],
  ["the history limit", only, { spec: { revisionHistoryLimit: 0 } }],
  ["an image of another repository", repo, containers({ ...container, image: "ghcr.io/evil/miner:1" })],
  ["an image of a repository that starts the same", repo, containers({ ...container, image: "ghcr.io/shop/web2:1" })],
  ["an image of the same name elsewhere", repo, containers({ ...container, image: "evil.example/ghcr.io/shop/web:1" })],
  [
    "a further image of another repository",
    repo,
    containers(container, { name: "two", image: "ghcr.io/evil/miner:1" }),
  ],
  [
    "an init container of another repository",
    repo,
    pod({ containers: [container], initContainers: [{ name: "first", image: "ghcr.io/evil/miner:1" }] }),
  ],
  ["the service account", inPod, pod({ containers: [container], serviceAccountName: "admin" })],
  ["the host's network", inPod, pod({ containers: [container], hostNetwork: true })],
  ["the host's processes", inPod, pod({ containers: [container], hostPID: true })],
  ["a path of the host", inPod, pod({ containers: [container], volumes: [{ name: "h", hostPath: { path: "/" } }] })],
  ["the pod's security context", inPod, pod({ containers: [container], securityContext: { runAsUser: 0 } })],
  ["a container's security context", inPod, containers({ ...container, securityContext: { privileged: true } })],
  [
    "a security context of a further container",
    inPod,
    containers(container, { ...container, name: "two", securityContext: { privileged: true } }),
  ],
  ["a label", meta, { metadata: { labels: { "app.kubernetes.io/name": "other" } } }],
  ["a finalizer", meta, { metadata: { finalizers: ["example.org/stay"] } }],
  ["Argo CD's annotation", note, { metadata: { annotations: { "argocd.argoproj.io/tracking-id": null } } }],
  ["somebody's annotation", note, { metadata: { annotations: { "somebody.else/key": "x" } } }],
  [
    "an annotation that only looks like ours",
    note,
    { metadata: { annotations: { "xwhatsrunning.dev/operation": "x" } } },
  ],
  [
    "an owner",
    meta,
    {
      metadata: {
        ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "x", uid: "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed" }],
      },
    },
  ],
];

/** Other verbs and other objects: `shop` is where it may roll back, `closed` is where it may not. */
export const elsewhere: readonly [string, string][] = [
  ["PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/scale"],
  ["PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/status"],
  ["PUT", "/apis/apps/v1/namespaces/shop/deployments/web"],
  ["DELETE", "/apis/apps/v1/namespaces/shop/deployments/web"],
  ["POST", "/apis/apps/v1/namespaces/shop/deployments"],
  ["DELETE", "/apis/apps/v1/namespaces/shop/statefulsets"],
  ["PATCH", "/apis/apps/v1/namespaces/shop/replicasets/x"],
  ["DELETE", "/apis/apps/v1/namespaces/shop/replicasets/x"],
  ["PATCH", "/api/v1/namespaces/shop/pods/web-0"],
  ["DELETE", "/api/v1/namespaces/shop/pods"],
  ["DELETE", "/api/v1/namespaces/closed/pods/x"],
  ["POST", "/api/v1/namespaces/shop/pods"],
  ["POST", "/api/v1/namespaces/shop/pods/web-0/exec"],
  ["POST", "/api/v1/namespaces/shop/pods/web-0/eviction"],
  ["GET", "/api/v1/namespaces/shop/pods/web-0/log"],
  ["GET", "/api/v1/namespaces/shop/secrets/x"],
  ["GET", "/api/v1/namespaces/shop/secrets"],
  ["PATCH", "/api/v1/namespaces/shop/configmaps/x"],
  ["POST", "/api/v1/namespaces/shop/serviceaccounts/default/token"],
  ["POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings"],
  ["GET", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"],
  ["POST", "/api/v1/namespaces/closed/events"],
];
