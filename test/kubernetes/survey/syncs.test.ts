import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SimKubernetes, startKubernetes } from "../../../sim/kubernetes/server.ts";
import type { WholeCluster } from "../../../src/kubernetes/cluster.ts";
import { openCluster } from "../restore/opening.ts";

const { signal: never } = new AbortController();
const noon = "2026-11-30T12:00:00Z";
const at = Date.parse(noon);

let sim: SimKubernetes;
let folder: string;
let cluster: WholeCluster;

async function start(argo: boolean): Promise<void> {
  sim = await startKubernetes({ namespaces: ["shop", "argocd"], argo });
  await writeFile(join(folder, "config"), sim.kubeconfig);
  cluster = await openCluster(join(folder, "config"));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncs-"));
});
afterEach(async () => {
  await cluster.close();
  await sim.close();
  await rm(folder, { recursive: true });
});

/** The cluster has an Application shop with this history. */
function historyIs(...history: readonly unknown[]): void {
  const application = { metadata: { name: "shop", namespace: "argocd" }, spec: {}, status: { history } };
  sim.faults.next({}, { kind: "answer", status: 200, body: { items: [application] } });
}

describe("the syncs of an Application", () => {
  test("say who started them, with which revision of what, the last one first", async () => {
    await start(true);
    const source = { repoURL: "https://github.com/acme/deploy" };
    historyIs(
      { id: 0, revision: "a1b9f2e", deployedAt: "2026-11-29T12:00:00Z", initiatedBy: { automated: true }, source },
      {
        id: 1,
        revisions: ["1.2.3", "b2c0d3f"],
        deployStartedAt: "2026-11-30T11:59:00Z",
        deployedAt: noon,
        initiatedBy: { username: "alice" },
        sources: [source],
      },
    );
    const repository = source.repoURL;
    expect(await cluster.syncing.syncs("shop", never)).toEqual({
      kind: "known",
      value: [
        { app: "shop", revision: "1.2.3", repository, by: "alice", startedAt: at - 60_000, at },
        { app: "shop", revision: "a1b9f2e", repository, by: null, startedAt: null, at: at - 86_400_000 },
      ],
    });
  });

  test("are none where it never synced, and what cannot be read is left out", async () => {
    await start(true);
    historyIs({ id: 0 }, "what?", { id: 1, deployedAt: "yesterday" }, { id: 2, deployedAt: noon, initiatedBy: 7 });
    const value = [{ app: "shop", revision: null, repository: null, by: null, startedAt: null, at }];
    expect(await cluster.syncing.syncs("shop", never)).toEqual({ kind: "known", value });
    sim.faults.next(
      {},
      { kind: "answer", status: 200, body: { items: [{ metadata: { namespace: "argocd" }, spec: {} }] } },
    );
    expect(await cluster.syncing.syncs("shop", never)).toEqual({ kind: "known", value: [] });
  });

  test("are not known where the cluster knows no such kind", async () => {
    await start(false);
    expect((await cluster.syncing.syncs("shop", never)).kind).toBe("no answer");
  });

  test("are not known where we may not read them", async () => {
    await start(true);
    sim.faults.forbid({ resource: "applications" });
    expect((await cluster.syncing.syncs("shop", never)).kind).toBe("refused");
  });
});
