import { podsEach, type Release, type Service, sha256 } from "./fleet.ts";
import { written } from "./managed-fields.ts";

/** Objects as a real cluster returns them: about 7.6 kB for a Deployment, 4.8 kB for a ReplicaSet, 6.0 kB for a Pod. */

type Json = { readonly [key: string]: unknown };

export const kinds = {
  deployments: { kind: "Deployment", apiVersion: "apps/v1", of: (it) => [deployment(it)] },
  replicasets: {
    kind: "ReplicaSet",
    apiVersion: "apps/v1",
    of: (it) => [it.before, it.now].map((at) => replicaSet(it, at)),
  },
  pods: { kind: "Pod", apiVersion: "v1", of: (it) => Array.from({ length: podsEach }, (_, nth) => pod(it, nth)) },
} as const satisfies Record<string, { kind: string; apiVersion: string; of: (service: Service) => readonly Json[] }>;
export type Plural = keyof typeof kinds;

function deployment(service: Service): Json {
  const { name, now } = service;
  const labels = labelsOf(service);
  const annotations = {
    "deployment.kubernetes.io/revision": "2",
    ...claims(now),
    "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
      spec: { template: templateOf(service, now) },
    }),
  };
  const spec = {
    replicas: podsEach,
    selector: { matchLabels: selectorOf(service) },
    template: templateOf(service, now),
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  };
  const counts = {
    replicas: podsEach,
    updatedReplicas: podsEach,
    readyReplicas: podsEach,
    availableReplicas: podsEach,
  };
  const conditions = [
    condition("Available", "MinimumReplicasAvailable", "Deployment has minimum availability.", now.at),
    condition(
      "Progressing",
      "NewReplicaSetAvailable",
      `ReplicaSet "${name}-${now.templateHash}" has successfully progressed.`,
      now.at,
    ),
  ];
  const status = { observedGeneration: 2, ...counts, conditions };
  return {
    metadata: {
      ...identity(service, name, service.before.at),
      generation: 2,
      labels,
      annotations,
      managedFields: [
        written("kubectl-client-side-apply", now.at, { metadata: { labels, annotations }, spec }),
        written("kube-controller-manager", now.at, { metadata: { annotations }, status }, "status"),
      ],
    },
    spec,
    status,
  };
}

function replicaSet(service: Service, at: Release): Json {
  const { name, now } = service;
  const labels = { ...selectorOf(service), "pod-template-hash": at.templateHash };
  const annotations = {
    "deployment.kubernetes.io/desired-replicas": String(podsEach),
    "deployment.kubernetes.io/max-replicas": String(podsEach + 2),
    "deployment.kubernetes.io/revision": at === now ? "2" : "1",
    ...claims(at),
  };
  const replicas = at === now ? podsEach : 0;
  const own = `${name}-${at.templateHash}`;
  const template = templateOf(service, at);
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata.labels, ...labels } } },
  };
  const ownerReferences = [owner("Deployment", name, uidOf(service, name))];
  const managed = { metadata: { annotations, labels, ownerReferences }, spec };
  return {
    metadata: {
      ...identity(service, own, at.at),
      generation: 1,
      labels,
      annotations,
      ownerReferences,
      managedFields: [written("kube-controller-manager", at.at, managed)],
    },
    spec,
    status: {
      replicas,
      observedGeneration: 1,
      ...(replicas > 0 && { readyReplicas: replicas, availableReplicas: replicas }),
    },
  };
}

function pod(service: Service, nth: number): Json {
  const { name, now } = service;
  const set = `${name}-${now.templateHash}`;
  const own = `${set}-${sha256(`${set} ${nth}`).slice(0, 5)}`;
  const template = templateOf(service, now);
  const labels = { ...template.metadata.labels, "pod-template-hash": now.templateHash };
  const ownerReferences = [owner("ReplicaSet", set, uidOf(service, set))];
  const spec = {
    ...template.spec,
    nodeName: `node-${String(nth * 37).padStart(3, "0")}`,
    serviceAccountName: "default",
    enableServiceLinks: true,
  };
  const conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
    (type) => ({
      type,
      status: "True",
      lastProbeTime: null,
      lastTransitionTime: now.at,
    }),
  );
  const status = {
    phase: "Running",
    conditions,
    hostIP: `10.0.${nth}.7`,
    podIP: `10.1.${nth}.17`,
    podIPs: [{ ip: `10.1.${nth}.17` }],
    startTime: now.at,
    containerStatuses: [
      {
        name: "main",
        state: { running: { startedAt: now.at } },
        lastState: {},
        ready: true,
        started: true,
        restartCount: 0,
        image: imageOf(service, now),
        imageID: `ghcr.io/acme/${name}@${now.digest}`,
        containerID: `containerd://${sha256(own)}`,
      },
    ],
    qosClass: "Burstable",
  };
  return {
    metadata: {
      ...identity(service, own, now.at),
      generateName: `${set}-`,
      labels,
      annotations: template.metadata.annotations,
      ownerReferences,
      managedFields: [
        written("kube-controller-manager", now.at, { metadata: { labels, ownerReferences }, spec: template.spec }),
        written("kubelet", now.at, { status }, "status"),
      ],
    },
    spec,
    status,
  };
}

function templateOf(service: Service, at: Release) {
  const main = {
    name: "main",
    image: imageOf(service, at),
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    env: settings.map((it) => ({ name: it, value: `https://${it.toLowerCase()}.${service.namespace}.svc:8443/v1` })),
    resources: { limits: { memory: "512Mi" }, requests: { cpu: "100m", memory: "256Mi" } },
    volumeMounts: [{ name: "config", readOnly: true, mountPath: "/etc/service" }],
    livenessProbe: probe("/healthz"),
    readinessProbe: probe("/readyz"),
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: "IfNotPresent",
    securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  };
  return {
    metadata: {
      labels: labelsOf(service),
      annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "8080" },
    },
    spec: {
      volumes: [{ name: "config", configMap: { name: `${service.name}-config`, defaultMode: 420 } }],
      containers: [main],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
    },
  };
}

function probe(path: string): Json {
  return {
    httpGet: { path, port: "http", scheme: "HTTP" },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
}

const settings = ["CATALOG_URL", "PAYMENTS_URL", "LEDGER_URL"];

function imageOf({ name }: Service, { tag }: Release): string {
  return `ghcr.io/acme/${name}:${tag}`;
}

function claims({ commit, deployer }: Release): Json {
  return { "whatsrunning.dev/commit": commit, "whatsrunning.dev/deployer": deployer };
}

function selectorOf({ name }: Service) {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name };
}

function labelsOf(service: Service) {
  return { ...selectorOf(service), "app.kubernetes.io/part-of": "shop" };
}

function identity(service: Service, name: string, creationTimestamp: string): Json {
  return { name, namespace: service.namespace, uid: uidOf(service, name), resourceVersion: "4711", creationTimestamp };
}

function uidOf({ namespace }: Service, name: string): string {
  return sha256(`${namespace}/${name}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

function owner(kind: string, name: string, uid: string): Json {
  return { apiVersion: "apps/v1", kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function condition(type: string, reason: string, message: string, at: string): Json {
  return { type, status: "True", lastUpdateTime: at, lastTransitionTime: at, reason, message };
}
