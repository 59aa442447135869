import { resources, versions } from "./resource.ts";
import type { Answer } from "./status.ts";

/** What the server says about itself; null for a path that is about objects. */
export function answerDiscovery(path: string): Answer | null {
  if (!Object.hasOwn(pages, path)) return null;
  return { status: 200, body: pages[path] };
}

const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

function resourceList(groupVersion: string): object {
  const named = Object.entries(resources).filter(([, it]) => it.apiVersion === groupVersion);
  const listed = named.map(([name, { singular, namespaced, kind }]) => ({
    name,
    singularName: singular,
    namespaced,
    kind,
    verbs,
  }));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: listed };
}

const groups = [...versions]
  .filter((it) => it.includes("/") && it !== "argoproj.io/v1alpha1")
  .map((groupVersion) => {
    const [name = "", version = ""] = groupVersion.split("/");
    return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
  });

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
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups },
  "/api/v1": resourceList("v1"),
  ...Object.fromEntries(groups.map((it) => [`/apis/${it.name}`, { kind: "APIGroup", apiVersion: "v1", ...it }])),
  ...Object.fromEntries(
    groups.map(({ preferredVersion: { groupVersion } }) => [`/apis/${groupVersion}`, resourceList(groupVersion)]),
  ),
  "/healthz": "ok",
  "/readyz": "ok",
  "/livez": "ok",
};
