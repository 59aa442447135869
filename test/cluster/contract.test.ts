import { readFile } from "node:fs/promises";
import { describe } from "vitest";
import { kubernetesContract } from "../contract/kubernetes/suite.ts";

describe("the cluster that KUBECONFIG names", () => {
  kubernetesContract(async () => {
    const path = process.env["KUBECONFIG"];
    if (path === undefined) throw new Error("Set KUBECONFIG to the kubeconfig of a cluster that may be written to.");
    return { kubeconfig: await readFile(path, "utf8"), close: async () => {} };
  });
});
