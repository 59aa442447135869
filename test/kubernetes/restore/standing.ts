import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type SimKubernetes, startKubernetes } from "../../../sim/kubernetes/server.ts";
import type { Live } from "../../../src/core/operation/live.ts";
import type { WholeCluster } from "../../../src/kubernetes/cluster.ts";
import type { Restoring } from "../../../src/ports/rollback.ts";
import { createClient } from "../../contract/kubernetes/client.ts";
import { manifest } from "../../contract/kubernetes/place.ts";
import { openCluster } from "./opening.ts";

const of = { namespace: "shop", kind: "Deployment", name: "web" } as const;
const path = "/apis/apps/v1/namespaces/shop/deployments";
const { signal: never } = new AbortController();

/** For each test a stand-in with one Deployment, and the real adapter on it. */
export function useStandIn() {
  let all: { readonly sim: SimKubernetes; readonly cluster: WholeCluster; readonly folder: string } | null = null;

  beforeEach(async () => {
    const sim = await startKubernetes({ namespaces: ["shop"] });
    const folder = await mkdtemp(join(tmpdir(), "standing-"));
    await writeFile(join(folder, "config"), sim.kubeconfig);
    all = { sim, folder, cluster: await openCluster(join(folder, "config")) };
    const body = manifest({ annotations: { "somebody.else/key": "kept" } });
    const reply = await createClient(sim.kubeconfig).request("POST", path, { body });
    if (reply.status !== 201) throw new Error(reply.text);
  });
  afterEach(async () => {
    const { sim, cluster, folder } = there();
    await cluster.close();
    await sim.close();
    await rm(folder, { recursive: true });
  });

  function there() {
    if (all === null) throw new Error("it is not there yet");
    return all;
  }
  const sim = (): SimKubernetes => there().sim;
  const restoring = (): Restoring => there().cluster.restoring;

  async function read(): Promise<Live> {
    const live = await restoring().live(of, never);
    if (live === "gone") throw new Error("it is gone");
    return live;
  }

  return { of, path, never, sim, restoring, read };
}
