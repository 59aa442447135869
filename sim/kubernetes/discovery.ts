import { resources } from "./resource.ts";
import type { Answer } from "./status.ts";

/** What the server says about itself; null for a path that is about objects. */
export function answerDiscovery(path: string): Answer | null {
  if (!Object.hasOwn(pages, path)) return null;
  return { status: 200, body: pages[path] };
}

const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

function resourceList(group: "" | "apps", groupVersion: string): object {
  const named = Object.entries(resources).filter(([, it]) => it.group === group);
  const listed = named.map(([name, { singular, namespaced, kind }]) => ({
    name,
    singularName: singular,
    namespaced,
    kind,
    verbs,
  }));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: listed };
}

const apps = { groupVersion: "apps/v1", version: "v1" };
const group = { name: "apps", versions: [apps], preferredVersion: apps };

const pages: Readonly<Record<string, unknown>> = {
  "/version": {
    major: "1",
    minor: "37",
    gitVersion: "v1.37.2",
    gitCommit: "0000000000000000000000000000000000000000",
    gitTreeState: "archive",
    buildDate: "2026-01-01T00:00:00Z",
    goVersion: "none",
    compiler: "none",
    platform: "linux/amd64",
  },
  "/api": { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [group] },
  "/apis/apps": { kind: "APIGroup", apiVersion: "v1", ...group },
  "/api/v1": resourceList("", "v1"),
  "/apis/apps/v1": resourceList("apps", "apps/v1"),
  "/healthz": "ok",
  "/readyz": "ok",
  "/livez": "ok",
};
