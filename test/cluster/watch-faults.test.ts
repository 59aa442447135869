import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createView, type View } from "../../src/core/view.ts";
import { type Client, createClient } from "../contract/kubernetes/client.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import { startFollowing } from "../kubernetes/following.ts";
import { clusterFault, mend } from "./fault.ts";
import { real } from "./real.ts";

/** One watch and one API server that is killed, frozen or loses its store, with what changes just then. */

const act = clusterFault();
const namespace = `whatsrunning-${Math.random().toString(36).slice(2, 8)}`;
const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const patient = { timeout: 50_000, interval: 100 };

async function breakdown(...[action, part]: Parameters<NonNullable<typeof act>>): Promise<void> {
  if (act === null) throw new Error("there is nothing to break it with");
  await act(action, part);
}

describe.skipIf(act === null)("a watch of a real cluster", { timeout: 180_000 }, () => {
  let client: Client;
  let kubeconfig: string;
  let view: View;
  let following: Awaited<ReturnType<typeof startFollowing>>;

  beforeAll(async () => {
    const opened = await real();
    client = createClient(opened.kubeconfig);
    const folder = await mkdtemp(join(tmpdir(), "watch-faults-"));
    kubeconfig = join(folder, "config");
    await writeFile(kubeconfig, opened.kubeconfig);
    await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
    return async () => {
      await client.request("DELETE", `/api/v1/namespaces/${namespace}`);
      await rm(folder, { recursive: true });
    };
  });

  beforeEach(async () => {
    view = createView();
    following = await startFollowing({
      server: { kubeconfig },
      into: view.apply,
      namespaces: [namespace],
      within: { silenceMs: 5_000, getMs: 5_000, connectMs: 5_000 },
    });
    for (const name of ["stays", "goes"]) await create(name);
    await agreed(["goes", "stays"]);
    return async () => {
      if (act) await mend(act, answering);
      await following.stop();
      for (const name of ["stays", "comes"]) await client.request("DELETE", `${path}/${name}`);
    };
  });

  async function answering(timeout = patient.timeout): Promise<void> {
    await vi.waitFor(async () => expect((await client.request("GET", "/readyz")).status).toBe(200), {
      ...patient,
      timeout,
    });
  }
  async function create(name: string): Promise<void> {
    await vi.waitFor(async () => {
      const { status } = await client.request("POST", path, { body: manifest({ name }) });
      expect([201, 409]).toContain(status); // 409: the answer to the first try was lost
    }, patient);
  }
  const known = () =>
    view
      .all([{ cluster: "prod-eu", namespaces: [namespace] }])
      .map((it) => it.name)
      .toSorted();
  const lost = () => following.changes.filter((it) => it.kind === "lost");

  async function agreed(names: readonly string[]): Promise<void> {
    await vi.waitFor(() => {
      expect(known()).toEqual(names);
      expect(view.freshness("prod-eu", namespace).state).toBe("live");
    }, patient);
  }

  /** Both while nobody was listening: one came, one went. */
  async function changeAndAgree(): Promise<void> {
    await answering();
    await create("comes");
    await client.request("DELETE", `${path}/goes`);
    await agreed(["comes", "stays"]);
  }

  test("says so when the API server is killed, and knows what is there when it is back", async () => {
    await breakdown("kill", "kube-apiserver");
    await vi.waitFor(() => expect(view.freshness("prod-eu", namespace).state).toBe("behind"), patient);
    expect(known()).toEqual(["goes", "stays"]);
    await breakdown("start", "kube-apiserver");
    await changeAndAgree();
    expect(lost().length).toBeGreaterThan(0);
    const listed = following.changes.filter((it) => it.kind === "listed" && it.stream.of === "deployments");
    expect(listed.length, "a server that comes back has forgotten every place in its streams").toBeGreaterThan(1);
  });

  test("notices an API server that is frozen by its silence", async () => {
    await breakdown("freeze", "kube-apiserver");
    try {
      await vi.waitFor(() => expect(view.freshness("prod-eu", namespace).state).toBe("behind"), patient);
    } finally {
      await breakdown("thaw", "kube-apiserver");
    }
    await changeAndAgree();
    expect(lost().map((it) => it.because)).toContain("the API server has fallen silent");
  });

  test("goes on when etcd was killed and is back", async () => {
    await breakdown("kill", "etcd");
    await breakdown("start", "etcd");
    await changeAndAgree();
    expect(known()).not.toContain("goes");
  });
});
