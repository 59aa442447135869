import { readFile } from "node:fs/promises";
import type { OpenedCluster } from "../stories/world.ts";

/** The cluster that KUBECONFIG names. */
export async function real(): Promise<OpenedCluster> {
  const path = process.env["KUBECONFIG"];
  if (path === undefined) throw new Error("Set KUBECONFIG to the kubeconfig of a cluster that may be written to.");
  return { kubeconfig: await readFile(path, "utf8"), close: async () => {} };
}
