import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { z } from "zod";
import { clusterName } from "./fleet.ts";

type Options = { readonly size: "small" | "full"; readonly watchList: boolean };
export type BenchCluster = Awaited<ReturnType<typeof startCluster>>;

const Told = z.union([z.object({ port: z.number() }), z.object({ watches: z.number() })]);

/** The synthetic API server in a process of its own, and a kubeconfig that leads there. */
export async function startCluster({ size, watchList }: Options) {
  const script = fileURLToPath(new URL("api-server.ts", import.meta.url));
  const child = fork(script, [size, watchList ? "watch-list" : "lists"], { execArgv: ["--max-old-space-size=4096"] });
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-bench-"));
  const listening = Promise.withResolvers<number>();
  let watches = 0;
  let whenOpened: (() => void) | null = null;
  child.on("message", (message) => {
    const told = Told.parse(message);
    if ("port" in told) {
      listening.resolve(told.port);
      return;
    }
    watches = told.watches;
    whenOpened?.();
  });
  child.once("exit", () => listening.reject(new Error("the API server of the benchmarks ended")));
  const port = await listening.promise;
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf(`http://127.0.0.1:${port}`));

  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    kubeconfig,
    /** Ends every watch with 410. Resolves when as many are open again: all that was listed is then taken in. */
    async relist(): Promise<void> {
      const before = watches;
      const again = Promise.withResolvers<void>();
      whenOpened = () => {
        if (watches === before) again.resolve();
      };
      child.send("expire");
      await again.promise;
      whenOpened = null;
    },
    async close(): Promise<void> {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function kubeconfigOf(server: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusterName,
    clusters: [{ name: clusterName, cluster: { server } }],
    users: [{ name: "bench", user: { token: "bench" } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: "bench" } }],
  });
}
