import { asText, isRecord } from "./json.ts";
import { timestamp, type Meta } from "./meta.ts";
import type { AnyObject, Pod } from "./object.ts";
import { resources } from "./resource.ts";
import { badRequest, preconditionFailed, type Answer } from "./status.ts";
import type { Store } from "./store.ts";
import { existing, type WriteRequest } from "./write.ts";

type Deleting = { readonly store: Store; readonly now: () => number };

/** DELETE of one object. Dependents follow through the garbage collector, pods through their kubelet. */
export function answerDelete(
  { store, now }: Deleting,
  request: WriteRequest & { readonly query: URLSearchParams },
): Answer {
  const object = existing(store, request.target);
  const options = parseOptions(request.body);
  const { plural } = request.target;
  const { uid, resourceVersion, name } = object.metadata;
  const wanted = isRecord(options["preconditions"]) ? options["preconditions"] : {};
  if (wanted["uid"] !== undefined && wanted["uid"] !== uid) {
    const why = `the UID in the precondition (${asText(wanted["uid"])}) does not match the UID in record (${uid}).`;
    preconditionFailed(plural, name, `${why} The object might have been deleted and then recreated`);
  }
  if (wanted["resourceVersion"] !== undefined && wanted["resourceVersion"] !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${asText(wanted["resourceVersion"])}) does not match the`;
    preconditionFailed(
      plural,
      name,
      `${why} ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
  const policy = asText(options["propagationPolicy"] ?? request.query.get("propagationPolicy") ?? "Background");
  const grace = Number(options["gracePeriodSeconds"] ?? request.query.get("gracePeriodSeconds") ?? -1);
  const { kind: _kind, ...details } = { name, ...group(request), kind: plural, uid };
  const success = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { ...details, kind: plural },
  };
  if (request.dryRun) return { status: 200, body: success };
  return { status: 200, body: remove({ store, now, object, policy, grace }) ?? success };
}

function group({ target }: WriteRequest): { group?: string } {
  const name = resources[target.plural].group;
  return name === "" ? {} : { group: name };
}

function parseOptions(body: string): Record<string, unknown> {
  if (body.trim() === "") return {};
  try {
    const options: unknown = JSON.parse(body);
    return isRecord(options) ? options : {};
  } catch {
    return badRequest("couldn't get version/kind; json parse error");
  }
}

type Removal = Deleting & { readonly object: AnyObject; readonly policy: string; readonly grace: number };

/** The object while it is still there, null once it is gone. */
function remove({ store, now, object, policy, grace }: Removal): AnyObject | null {
  switch (object.kind) {
    case "Pod":
      return stopPod({ store, now, pod: object, grace });
    case "Namespace": {
      if (object.metadata.deletionTimestamp !== undefined) return object;
      const metadata = { ...object.metadata, deletionTimestamp: timestamp(now()) };
      return store.put("namespaces", { ...object, metadata, status: { ...object.status, phase: "Terminating" } });
    }
    case "Deployment":
      if (policy === "Foreground")
        return store.put("deployments", { ...object, metadata: waiting(object.metadata, now()) });
      store.remove("deployments", object);
      return null;
    case "ReplicaSet":
      if (policy === "Foreground")
        return store.put("replicasets", { ...object, metadata: waiting(object.metadata, now()) });
      store.remove("replicasets", object);
      return null;
    case "StatefulSet":
      if (policy === "Foreground")
        return store.put("statefulsets", { ...object, metadata: waiting(object.metadata, now()) });
      store.remove("statefulsets", object);
      return null;
    case "DaemonSet":
      if (policy === "Foreground")
        return store.put("daemonsets", { ...object, metadata: waiting(object.metadata, now()) });
      store.remove("daemonsets", object);
      return null;
    case "ControllerRevision":
      store.remove("controllerrevisions", object);
      return null;
    case "ConfigMap":
      store.remove("configmaps", object);
      return null;
    case "Event":
      store.remove("events", object);
      return null;
    case "Secret":
      store.remove("secrets", object);
      return null;
    case "ServiceAccount":
      store.remove("serviceaccounts", object);
      return null;
    case "PersistentVolumeClaim":
      store.remove("persistentvolumeclaims", object);
      return null;
    case "ResourceQuota":
      store.remove("resourcequotas", object);
      return null;
    case "Job":
      store.remove("jobs", object);
      return null;
    case "HorizontalPodAutoscaler":
      store.remove("horizontalpodautoscalers", object);
      return null;
    case "PriorityClass":
      store.remove("priorityclasses", object);
      return null;
    case "Node":
      store.remove("nodes", object);
      return null;
    case "Application":
      store.remove("applications", object);
      return null;
  }
  return null;
}

/** Deleted in the foreground: it stays until its dependents are gone. */
export function waiting(metadata: Meta, at: number): Meta {
  return {
    ...metadata,
    generation: (metadata.generation ?? 0) + 1,
    deletionTimestamp: timestamp(at),
    deletionGracePeriodSeconds: 0,
    finalizers: ["foregroundDeletion"],
  };
}

/** A pod on a node is only marked; its deadline lies in the future, and the kubelet removes it when it has stopped. */
export function stopPod({
  store,
  now,
  pod,
  grace = -1,
}: Deleting & { readonly pod: Pod; readonly grace?: number }): Pod {
  const seconds = grace >= 0 ? grace : pod.spec.terminationGracePeriodSeconds;
  if (pod.spec.nodeName === undefined || seconds === 0) {
    store.remove("pods", pod);
    return pod;
  }
  if (pod.metadata.deletionTimestamp !== undefined) return pod;
  const metadata = {
    ...pod.metadata,
    generation: (pod.metadata.generation ?? 1) + 1,
    deletionTimestamp: timestamp(now() + seconds * 1000),
    deletionGracePeriodSeconds: seconds,
  };
  return store.put("pods", { ...pod, metadata });
}
