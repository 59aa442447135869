import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  type V1Deployment,
  type V1Pod,
  type V1ReplicaSet,
} from "@kubernetes/client-node";

/** The cluster as most bots in this language see it: three informers, and maps to find things by. */

export function createInformerView(kubeconfig: string) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  for (const it of config.clusters) Object.assign(it, { skipTLSVerify: true }); // or plain http is refused
  const apps = config.makeApiClient(AppsV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const deployments = follow<V1Deployment>(
    "/apis/apps/v1/deployments",
    () => apps.listDeploymentForAllNamespaces(),
    nameOf,
  );
  const sets = follow<V1ReplicaSet>("/apis/apps/v1/replicasets", () => apps.listReplicaSetForAllNamespaces(), ownerOf);
  const pods = follow<V1Pod>("/api/v1/pods", () => core.listPodForAllNamespaces(), ownerOf);

  function follow<T extends KubernetesObject>(
    path: string,
    list: () => Promise<KubernetesListObject<T>>,
    keyOf: (object: T) => string,
  ) {
    const informer = makeInformer(config, path, list);
    const byKey = new Map<string, Map<string, T>>();
    const put = (it: T): void => {
      const some = byKey.get(keyOf(it)) ?? new Map<string, T>();
      byKey.set(keyOf(it), some.set(it.metadata?.uid ?? "", it));
    };
    informer.on("add", put);
    informer.on("update", put);
    informer.on("delete", (it) => byKey.get(keyOf(it))?.delete(it.metadata?.uid ?? ""));
    return { informer, all: (key: string): readonly T[] => [...(byKey.get(key)?.values() ?? [])] };
  }

  return {
    async start(): Promise<void> {
      await Promise.all([deployments, sets, pods].map((it) => it.informer.start()));
    },
    async stop(): Promise<void> {
      await Promise.all([deployments, sets, pods].map((it) => it.informer.stop()));
    },
    find(name: string) {
      const [deployment] = deployments.all(name);
      if (!deployment) return null;
      const owned = sets.all(deployment.metadata?.uid ?? "").flatMap((it) => pods.all(it.metadata?.uid ?? ""));
      return { deployment, pods: owned };
    },
  };
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata?.name ?? "";
}

function ownerOf({ metadata }: KubernetesObject): string {
  return metadata?.ownerReferences?.find((it) => it.controller === true)?.uid ?? "";
}
