/** A StatefulSet and a DaemonSet with their ControllerRevisions and pods, as a real API server sends them. */

const creationTimestamp = "2026-11-23T10:00:00Z";
const container = (image: string): object => ({ name: "db", image, imagePullPolicy: "IfNotPresent", resources: {} });
const template = (image: string): object => ({
  metadata: { labels: { app: "db" } },
  spec: { containers: [container(image)], restartPolicy: "Always" },
});
const controlledBy = (kind: string, uid: string): object => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name: "db", uid, controller: true }],
});
const named = (name: string, uid: string): object => ({ name, namespace: "shop", uid, creationTimestamp });

export const statefulSet = {
  metadata: { ...named("db", "s-1"), generation: 3, annotations: { "whatsrunning.dev/commit": "4f2a9c1" } },
  spec: {
    replicas: 3,
    podManagementPolicy: "OrderedReady",
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, partition: 2 } },
    template: template("ghcr.io/shop/db:2"),
  },
  status: {
    observedGeneration: 3,
    replicas: 3,
    readyReplicas: 2,
    updatedReplicas: 1,
    availableReplicas: 2,
    currentRevision: "db-5fbfbf79b7",
    updateRevision: "db-84784d644",
  },
};

export const daemonSet = {
  metadata: { ...named("db", "d-1"), generation: 2 },
  spec: { updateStrategy: { type: "OnDelete" }, template: template("ghcr.io/shop/db:2") },
  status: {
    observedGeneration: 2,
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    numberMisscheduled: 0,
    numberReady: 2,
    updatedNumberScheduled: 1,
    numberAvailable: 2,
  },
};

/** Of the StatefulSet. Its keys come in another order, with the directive of a strategic merge patch among them. */
export const controllerRevision = {
  metadata: {
    ...named("db-84784d644", "c-2"),
    labels: { app: "db", "controller.kubernetes.io/hash": "84784d644" },
    annotations: { "whatsrunning.dev/commit": "4f2a9c1" },
    ...controlledBy("StatefulSet", "s-1"),
  },
  data: {
    spec: {
      template: {
        $patch: "replace",
        spec: { restartPolicy: "Always", containers: [container("ghcr.io/shop/db:2")] },
        metadata: { creationTimestamp: null, labels: { app: "db" } },
      },
    },
  },
  revision: 2,
};

export const daemonRevision = {
  ...controllerRevision,
  metadata: {
    ...named("db-56996fc764", "c-3"),
    labels: { app: "db", "controller-revision-hash": "56996fc764" },
    ...controlledBy("DaemonSet", "d-1"),
  },
};

export const podLabelled = (label: string, kind: string): object => ({
  metadata: {
    ...named("db-0", "p-1"),
    labels: { app: "db", "controller-revision-hash": label },
    ...controlledBy(kind, "owner-1"),
  },
  spec: { containers: [container("ghcr.io/shop/db:2")] },
});
