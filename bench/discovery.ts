import { kinds } from "./objects.ts";

/** What kubectl wants to know before it asks for anything. */
export function discoveryAt(path: string): object | null {
  return Object.hasOwn(documents, path) ? (documents[path] ?? null) : null;
}

const apps = { groupVersion: "apps/v1", version: "v1" };
const group = { name: "apps", versions: [apps], preferredVersion: apps };

const documents: Readonly<Record<string, object>> = {
  "/api": { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [group] },
  "/api/v1": { kind: "APIResourceList", apiVersion: "v1", groupVersion: "v1", resources: resourcesOf("v1") },
  "/apis/apps/v1": {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: "apps/v1",
    resources: resourcesOf("apps/v1"),
  },
};

function resourcesOf(apiVersion: string): readonly object[] {
  return Object.entries(kinds)
    .filter(([, it]) => it.apiVersion === apiVersion)
    .map(([name, { kind }]) => {
      const singularName = kind.toLowerCase();
      return { name, singularName, namespaced: true, kind, verbs: ["get", "list", "watch"] };
    });
}
