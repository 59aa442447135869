import { readFile } from "node:fs/promises";
import { threeServicesStory } from "../stories/three-services.ts";

async function real() {
  const path = process.env["KUBECONFIG"];
  if (path === undefined) throw new Error("Set KUBECONFIG to the kubeconfig of a cluster that may be written to.");
  return { kubeconfig: await readFile(path, "utf8"), close: async () => {} };
}

for (const mode of ["socket", "http"] as const) threeServicesStory(real, mode);
