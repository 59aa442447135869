import { expect, test, vi } from "vitest";
import { createClient } from "../contract/kubernetes/client.ts";
import { startRedis } from "../store/redis-server.ts";
import { createReplicas } from "../stories/announce-kills.ts";
import { clusterFault } from "./fault.ts";
import { real } from "./real.ts";

/** An API server that goes away in the middle of a rollout. It breaks the cluster, so it runs where somebody asks for it. */
const fault = process.env["LONG"] === "1" ? clusterFault() : null;

test.runIf(fault !== null)(
  "deploys are told once each while the API server is killed",
  { timeout: 600_000 },
  async () => {
    const { kubeconfig } = await real();
    await using redis = await startRedis();
    const replicas = await createReplicas({ kubeconfig, redis, readable: true });
    try {
      await replicas.start();
      await replicas.deploy(1);
      await replicas.allBegun(1);
      for (const [tag, afterMs] of [300, 1_000, 2_500, 4_000].map((ms, index) => [index + 2, ms] as const)) {
        await replicas.deploy(tag);
        await pause(afterMs);
        await fault?.("kill", "kube-apiserver");
        await pause(1_000);
        await fault?.("start", "kube-apiserver");
        const client = createClient(kubeconfig);
        await vi.waitFor(async () => expect((await client.request("GET", "/readyz")).status).toBe(200), 60_000);
        await replicas.allTold(tag);
        for (const times of replicas.counts(tag)) expect(times, `killed ${afterMs} ms after deploy ${tag}`).toBe(1);
      }
    } finally {
      await replicas.close();
    }
  },
);

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
