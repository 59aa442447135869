import type { AnyObject } from "./object.ts";
import type { Plural } from "./resource.ts";
import { notFound } from "./status.ts";
import type { Store } from "./store.ts";

/** Each kind in its own table. */
export function save(store: Store, plural: Plural, object: AnyObject): AnyObject {
  switch (object.kind) {
    case "Deployment":
      return store.put("deployments", object);
    case "StatefulSet":
      return store.put("statefulsets", object);
    case "DaemonSet":
      return store.put("daemonsets", object);
    case "ReplicaSet":
      return store.put("replicasets", object);
    case "ControllerRevision":
      return store.put("controllerrevisions", object);
    case "Pod":
      return store.put("pods", object);
    case "Namespace":
      return store.put("namespaces", object);
    case "ConfigMap":
      return store.put("configmaps", object);
    case "Event":
      return store.put("events", object);
    case "Secret":
      return store.put("secrets", object);
    case "ServiceAccount":
      return store.put("serviceaccounts", object);
    case "PersistentVolumeClaim":
      return store.put("persistentvolumeclaims", object);
    case "ResourceQuota":
      return store.put("resourcequotas", object);
    case "Job":
      return store.put("jobs", object);
    case "HorizontalPodAutoscaler":
      return store.put("horizontalpodautoscalers", object);
    case "PriorityClass":
      return store.put("priorityclasses", object);
    case "Node":
      return store.put("nodes", object);
    case "Application":
      return store.put("applications", object);
  }
  return notFound(plural, "");
}
