import { spawn } from "node:child_process";
import { once } from "node:events";

/** The last two are never broken, only started again: see worst-day/story.ts. */
type Part = "kube-apiserver" | "etcd" | "kube-scheduler" | "kube-controller-manager";
type Action = "start" | "kill" | "freeze" | "thaw" | "restart";
/** Does something to one part of the control plane of the cluster that KUBECONFIG names. */
export type Break = (action: Action, part: Part) => Promise<void>;

/** By the program in CLUSTER_FAULT, which may bring arguments of its own. Null: somebody said aloud to go without. */
export function clusterFault(): Break | null {
  if (process.env["WITHOUT_FAULTS"] === "1") {
    process.stdout.write("NOT RUN: the tests that break a cluster, because WITHOUT_FAULTS=1 says so\n");
    return null;
  }
  const [program, ...leading] = (process.env["CLUSTER_FAULT"] ?? "").split(" ").filter((it) => it !== "");
  if (program === undefined) {
    throw new Error(
      "Set CLUSTER_FAULT to a program that can kill, start, freeze, thaw and restart parts of the control plane, or WITHOUT_FAULTS=1 to leave these tests out knowingly.",
    );
  }
  return async (action, part) => {
    const child = spawn(program, [...leading, action, part], { stdio: ["ignore", "ignore", "ignore"] });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`${program} ${action} ${part} ended with ${String(code)}`);
  };
}

/**
 * Ends every fault, whichever it was, and waits until the API server answers: what comes after must not fail for it. What is well
 * is left alone.
 */
export async function mend(act: Break, answers: (withinMs: number) => Promise<void>): Promise<void> {
  for (const part of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const) {
    await act("thaw", part).catch(() => null); // one that is dead cannot be thawed
    await act("start", part);
  }
  await answers(mendsWithinMs);
}

const mendsWithinMs = 120_000;
