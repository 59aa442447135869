/** Objects as a real API server sends them, cut down to what matters here. */

const metadata = {
  name: "checkout",
  namespace: "shop",
  uid: "d-1",
  resourceVersion: "281",
  generation: 3,
  creationTimestamp: "2026-11-23T10:00:00Z",
};

export const podTemplate = {
  metadata: {
    creationTimestamp: null,
    labels: { app: "checkout", "app.kubernetes.io/version": "1.4.2" },
    annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-22T09:00:00Z", "prometheus.io/scrape": "true" },
  },
  spec: {
    initContainers: [
      { name: "migrate", image: "ghcr.io/shop/migrate:1" },
      { name: "proxy", image: "ghcr.io/mesh/proxy:2", restartPolicy: "Always" },
    ],
    containers: [{ name: "checkout", image: "ghcr.io/shop/checkout:1.4.2", resources: {} }],
    restartPolicy: "Always",
  },
};

const owns = (section: string, name: string, field = "f:image"): object => ({
  "f:spec": {
    "f:template": { "f:spec": { [section]: { [`k:${JSON.stringify({ name })}`]: { ".": {}, [field]: {} } } } },
  },
});

export const deployment = {
  metadata: {
    ...metadata,
    labels: { app: "checkout", "app.kubernetes.io/name": "checkout-api" },
    annotations: {
      "deployment.kubernetes.io/revision": "7",
      "kubernetes.io/change-cause": "ship it",
      "kubectl.kubernetes.io/last-applied-configuration": '{"password":"hunter2"}',
    },
    managedFields: [
      {
        manager: "argocd",
        operation: "Apply",
        time: "2026-11-23T10:00:00Z",
        fieldsV1: owns("f:containers", "checkout"),
      },
      {
        manager: "kubectl-set",
        operation: "Update",
        time: "2026-11-23T11:00:00Z",
        fieldsV1: owns("f:initContainers", "migrate"),
      },
      { manager: "hpa", operation: "Update", subresource: "scale", fieldsV1: owns("f:containers", "checkout") },
      { manager: "kubectl-edit", operation: "Update", fieldsV1: owns("f:containers", "checkout", "f:resources") },
      {
        manager: "odd",
        operation: "Update",
        fieldsV1: { "f:spec": { "f:template": { "f:spec": { "f:containers": { "k:{": {} } } } } },
      },
    ],
  },
  spec: { replicas: 3, strategy: { type: "Recreate" }, paused: true, template: podTemplate },
  status: {
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 2,
    readyReplicas: 1,
    conditions: [
      {
        type: "Progressing",
        status: "False",
        reason: "ProgressDeadlineExceeded",
        message: "timed out",
        lastUpdateTime: "2026-11-23T10:10:00Z",
      },
    ],
  },
};

export const replicaSet = {
  metadata: {
    ...metadata,
    name: "checkout-7ddfb849bc",
    uid: "r-1",
    annotations: {
      "deployment.kubernetes.io/desired-replicas": "3",
      "deployment.kubernetes.io/revision": "7",
      "deployment.kubernetes.io/revision-history": "2,5",
    },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "checkout", uid: "d-1", controller: true }],
  },
  spec: {
    replicas: 2,
    template: {
      spec: podTemplate.spec,
      metadata: {
        annotations: podTemplate.metadata.annotations,
        labels: { "pod-template-hash": "7ddfb849bc", ...podTemplate.metadata.labels },
      },
    },
  },
};

export const pod = {
  metadata: {
    ...metadata,
    name: "checkout-7ddfb849bc-5bd9w",
    uid: "p-1",
    deletionTimestamp: "2026-11-23T10:20:00Z",
    ownerReferences: [
      { kind: "Node", name: "n", uid: "n-1" },
      { kind: "ReplicaSet", name: "checkout-7ddfb849bc", uid: "r-1", controller: true },
    ],
  },
  spec: {
    nodeName: "node-1",
    ...podTemplate.spec,
    ephemeralContainers: [{ name: "debug", image: "busybox:1" }],
  },
  status: {
    phase: "Running",
    conditions: [{ type: "Ready", status: "True" }],
    containerStatuses: [
      {
        name: "checkout",
        image: "ghcr.io/shop/checkout:latest",
        imageID: "ghcr.io/shop/checkout@sha256:20fd",
        ready: true,
        restartCount: 2,
        state: { running: { startedAt: "2026-11-23T10:01:00Z" } },
        lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
      },
    ],
    initContainerStatuses: [
      {
        name: "migrate",
        imageID: "ghcr.io/shop/migrate@sha256:aa",
        state: { terminated: { reason: "Completed", exitCode: 0 } },
      },
      { name: "proxy", imageID: "", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
    ],
    ephemeralContainerStatuses: [{ name: "debug", imageID: "docker.io/library/busybox@sha256:bb", ready: false }],
  },
};
