import { describe } from "vitest";
import { startKubernetes } from "../../../sim/kubernetes/server.ts";
import { kubernetesContract } from "../../contract/kubernetes/suite.ts";

describe("the stand-in for a Kubernetes API server", () => {
  kubernetesContract(async () => {
    const { kubeconfig, store, close } = await startKubernetes({ backOff: "100ms" });
    return { kubeconfig, expire: () => store.compact(), close };
  });
});
