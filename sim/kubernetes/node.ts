import { randomUUID } from "node:crypto";
import { nodes } from "./kubelet.ts";
import { timestamp } from "./meta.ts";
import type { Objects } from "./object.ts";

/** The nodes as the API shows them. */
export function machines(architectures: readonly string[], now: number): readonly Objects["nodes"][] {
  return nodes.map((name, nth) => {
    const architecture = architectures[nth % architectures.length] ?? "amd64";
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        uid: randomUUID(),
        resourceVersion: "",
        creationTimestamp: timestamp(now),
        labels: { "kubernetes.io/arch": architecture, "kubernetes.io/os": "linux", "kubernetes.io/hostname": name },
      },
      spec: {},
      status: {
        conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
        nodeInfo: { architecture, operatingSystem: "linux", kubeletVersion: "v1.37.2" },
      },
    };
  });
}
