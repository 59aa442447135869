import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Running } from "../../src/core/running.ts";
import { serviceAnswer } from "../../src/core/answer.ts";
import { createView, type View } from "../../src/core/view.ts";
import { type Client, createClient } from "../contract/kubernetes/client.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import { startFollowing } from "./following.ts";

type Opened = { readonly kubeconfig: string; readonly close: () => Promise<void> };

const namespace = `whatsrunning-${Math.random().toString(36).slice(2, 8)}`;
const apps = `/apis/apps/v1/namespaces/${namespace}`;
const patient = { timeout: 40_000, interval: 50 };

const settled = (tag: string, number: number) => ({
  containers: [{ image: { tag }, before: [] }],
  revision: { number },
  rollout: { state: "done" },
});

/** A StatefulSet and a DaemonSet from the API server to the verdict, through the rollback that does not heal by itself. */
export function statefulStory(open: () => Promise<Opened>): void {
  describe("a StatefulSet and a DaemonSet", { timeout: 45_000 }, () => {
    let client: Client;
    let view: View;

    beforeAll(async () => {
      const opened = await open();
      const folder = await mkdtemp(join(tmpdir(), "stateful-"));
      await writeFile(join(folder, "config"), opened.kubeconfig);
      client = createClient(opened.kubeconfig);
      await call("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
      view = createView();
      const server = { kubeconfig: join(folder, "config") };
      const following = await startFollowing({ server, into: view.apply, namespaces: [namespace] });
      const { spec } = manifest({ name: "db", image: "ghcr.io/shop/db:1" });
      const { replicas: _none, ...daemon } = spec;
      const stateful = { ...spec, replicas: 2, serviceName: "db" };
      await call("POST", `${apps}/statefulsets`, { metadata: { name: "db" }, spec: stateful });
      await call("POST", `${apps}/daemonsets`, { metadata: { name: "agent" }, spec: daemon });
      return async () => {
        await following.stop();
        await client.request("DELETE", `/api/v1/namespaces/${namespace}`);
        await opened.close();
        await rm(folder, { recursive: true });
      };
    });

    async function call(method: string, path: string, body: object): Promise<void> {
      const type = method === "PATCH" ? "application/json-patch+json" : "application/json";
      const { status, text } = await client.request(method, path, { body, type });
      if (status >= 300) throw new Error(text);
    }
    const ship = async (plural: string, name: string, tag: string) =>
      call("PATCH", `${apps}/${plural}/${name}`, [
        { op: "replace", path: "/spec/template/spec/containers/0/image", value: `ghcr.io/shop/db:${tag}` },
      ]);
    const ask = (name: string): Running | undefined => {
      const place = { cluster: "prod-eu", namespaces: [namespace] };
      const environment = { name: "prod", aliases: [], places: [place] };
      return serviceAnswer(name, { view, environment, aliases: () => null, now: Date.now() }).running[0];
    };
    /** Until that is what matters most, and the rest holds too. */
    const until = async (name: string, verdict: object, rest: object = {}): Promise<Running> => {
      await vi.waitFor(() => {
        expect(ask(name)?.verdicts[0]).toMatchObject(verdict);
        expect(ask(name)).toMatchObject(rest);
      }, patient);
      const found = ask(name);
      if (!found) throw new Error(`${name} has gone`);
      return found;
    };

    test("have templates equal to those of their ControllerRevisions, and pods that lead to these", async () => {
      for (const name of ["db", "agent"]) {
        const { workload, revision, containers, pods } = await until(
          name,
          { kind: "uniform" },
          { rollout: { state: "done" }, containers: [{ now: [{}] }] },
        );
        expect(revision?.template).toEqual(workload.template);
        expect(revision?.number).toBe(1);
        expect(containers[0]?.now.map((it) => it.pods.length)).toEqual([pods.wanted]);
      }
    });

    test("the DaemonSet comes back to a revision under a new number", async () => {
      await ship("daemonsets", "agent", "2");
      await until("agent", { kind: "uniform" }, settled("2", 2));
      await ship("daemonsets", "agent", "1");
      const { previous } = await until("agent", { kind: "uniform" }, settled("1", 3));
      expect(previous).toMatchObject({ image: { tag: "2" }, how: "seen running" });
    });

    test("the StatefulSet is stuck on a pod that cannot start", async () => {
      await until("db", { kind: "uniform" });
      await ship("statefulsets", "db", "2-no-pull");
      const { workload } = await until("db", {
        kind: "stuck",
        left: false,
        trouble: { pod: "db-1" },
        fresh: 1,
        old: 1,
      });
      expect(workload.ordered).toBe(true);
    });

    test("rolled back, it stays stuck on the very pod that must be deleted", async () => {
      await ship("statefulsets", "db", "1");
      const stuck = { kind: "stuck", left: true, trouble: { pod: "db-1", container: "main" }, fresh: 1, old: 1 };
      // its controller gives the revision that it goes back to a new number a moment later
      const { previous } = await until("db", stuck, { revision: { number: 3 } });
      expect(previous?.image?.tag).toBe("2-no-pull");
    });

    test("and is healed by just that", async () => {
      expect((await client.request("DELETE", `/api/v1/namespaces/${namespace}/pods/db-1`)).status).toBe(200);
      const { containers } = await until("db", { kind: "uniform" }, { pods: { wanted: 2, ready: 2, running: 2 } });
      expect(containers[0]?.before).toEqual([]);
    });
  });
}
