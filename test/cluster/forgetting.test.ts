import { describe, expect, vi } from "vitest";
import { z } from "zod";
import { createClient } from "../contract/kubernetes/client.ts";
import { expiringContract } from "../contract/kubernetes/expiring.ts";
import { clusterFault, mend } from "./fault.ts";
import { real } from "./real.ts";

/**
 * What an API server says of revisions that it has forgotten. It holds them in its own memory as well: so its etcd is told to
 * forget (CLUSTER_ETCD: its address), and then the server is started anew.
 */

const act = clusterFault();
const etcd = process.env["CLUSTER_ETCD"];
const canForget = act !== null && etcd !== undefined;
if (!canForget)
  process.stdout.write("NOT RUN: what a server says that has forgotten, without CLUSTER_FAULT and CLUSTER_ETCD\n");

describe.skipIf(!canForget)("the cluster that KUBECONFIG names", { timeout: 180_000 }, () => {
  expiringContract(async () => {
    const { kubeconfig } = await real();
    const client = createClient(kubeconfig);
    const answers = async (timeout: number): Promise<void> => {
      await vi.waitFor(async () => expect((await client.request("GET", "/readyz")).status).toBe(200), {
        timeout,
        interval: 100,
      });
    };
    return {
      kubeconfig,
      expire: async () => {
        if (!act || etcd === undefined) throw new Error("there is nothing to make it forget with");
        await compact(etcd);
        await act("kill", "kube-apiserver");
        await mend(act, answers);
      },
      close: async () => {
        if (act) await mend(act, answers);
      },
    };
  });
});

const Range = z.object({ header: z.object({ revision: z.string() }) });

/** Has etcd forget all but the newest revision, as API servers do every five minutes. By its gateway for JSON. */
async function compact(address: string): Promise<void> {
  const ask = async (path: string, body: object): Promise<unknown> => {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(`${address}/v3/kv/${path}`, { method: "POST", body: JSON.stringify(body), signal });
    if (!answer.ok) throw new Error(`etcd answers ${path} with ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  await ask("put", { key: btoa("/forgetting"), value: btoa(String(Date.now())) }); // the newest revision is never forgotten
  const { revision } = Range.parse(await ask("range", { key: btoa("/") })).header;
  await ask("compaction", { revision, physical: true });
}
