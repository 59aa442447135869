import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import type { BenchCluster } from "./cluster.ts";

/** What people run today: a line of kubectl and jq, joined by a shell as theirs is. */

const run = promisify(execFile);
const kubectl = process.env["KUBECTL"] ?? "kubectl";

type Line = {
  readonly cluster: BenchCluster;
  /** After `kubectl get … -o json`. */
  readonly get: readonly string[];
  readonly filter: string;
};

export async function kubectlAndJq({ cluster, get, filter }: Line): Promise<string> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: cluster.folder, // where kubectl keeps what it has discovered
    KUBECONFIG: cluster.kubeconfig,
    KUBECTL: kubectl,
    FILTER: filter,
  };
  const command = '"$KUBECTL" get "$@" -o json | jq "$FILTER"';
  return (await run("/bin/sh", ["-c", command, "sh", ...get], { env, maxBuffer: 1 << 28 })).stdout;
}

/** What this machine lacks for it; null when all is there. */
export function lacking(): string | null {
  const tools = [
    { command: kubectl, args: ["version", "--client"], name: "kubectl" },
    { command: "jq", args: ["--version"], name: "jq" },
  ];
  const absent = tools.filter(({ command, args }) => {
    try {
      execFileSync(command, args, { stdio: "ignore" });
      return false;
    } catch {
      return true;
    }
  });
  return absent.length === 0 ? null : `not measured: no ${absent.map((it) => it.name).join(", no ")} here`;
}
