import { isRecord } from "./json.ts";
import { dig, type Fields } from "./managed-fields.ts";
import type { AnyObject, Objects } from "./object.ts";
import type { Container } from "./pod-template.ts";

type Workload = Objects["deployments" | "replicasets" | "statefulsets" | "daemonsets"];
type List = "containers" | "initContainers";

/** Who owns the image of which container. */
export const images: Fields<Workload> = {
  valuesOf({ spec }) {
    const { containers, initContainers = [] } = spec.template.spec;
    return new Map([...named("containers", containers), ...named("initContainers", initContainers)]);
  },
  ownedBy({ fieldsV1 }) {
    const lists = dig(fieldsV1, ["f:spec", "f:template", "f:spec"]);
    return (["containers", "initContainers"] as const).flatMap((list) =>
      Object.entries(dig(lists, [`f:${list}`])).flatMap(([key, fields]) => {
        const [, name] = /^k:\{"name":"(.*)"\}$/.exec(key) ?? [];
        return name !== undefined && isRecord(fields) && "f:image" in fields ? [`${list}/${name}`] : [];
      }),
    );
  },
  written(keys) {
    const lists: Record<string, Record<string, object>> = {};
    for (const key of keys) {
      const [list = "", name = ""] = key.split("/");
      (lists[`f:${list}`] ??= {})[`k:{"name":"${name}"}`] = { ".": {}, "f:image": {}, "f:name": {} };
    }
    return { "f:spec": { "f:template": { "f:spec": lists } } };
  },
};

function named(list: List, containers: readonly Container[]): [string, string][] {
  return containers.map(({ name, image }) => [`${list}/${name}`, image]);
}

const workloadKinds: ReadonlySet<string> = new Set(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]);

export function hasTemplate(it: AnyObject): it is Workload {
  return workloadKinds.has(it.kind);
}
