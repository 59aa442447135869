import { readFile } from "node:fs/promises";
import { describe } from "vitest";
import { z } from "zod";
import { kubernetesContract } from "../contract/kubernetes/suite.ts";

describe("the cluster that KUBECONFIG names", () => {
  kubernetesContract(async () => {
    const path = process.env["KUBECONFIG"];
    if (path === undefined) throw new Error("Set KUBECONFIG to the kubeconfig of a cluster that may be written to.");
    const etcd = process.env["CLUSTER_ETCD"];
    const expire = etcd === undefined ? {} : { expire: async () => compact(etcd) };
    return { kubeconfig: await readFile(path, "utf8"), close: async () => {}, ...expire };
  });
});

const Range = z.object({ header: z.object({ revision: z.string() }) });

/** Has etcd forget all but the newest revision, as API servers do every five minutes. By its gateway for JSON. */
async function compact(etcd: string): Promise<void> {
  const ask = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${etcd}/v3/kv/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`etcd answers ${path} with ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const { revision } = Range.parse(await ask("range", { key: btoa("/") })).header;
  await ask("compaction", { revision, physical: true });
}
