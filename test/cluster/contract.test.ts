import { describe } from "vitest";
import { kubernetesContract } from "../contract/kubernetes/suite.ts";
import { real } from "./real.ts";

/** What it says when it has forgotten is asked in forgetting.test.ts: it has to be started anew for that. */
describe("the cluster that KUBECONFIG names", () => {
  kubernetesContract(real);
});
