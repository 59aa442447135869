import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { manifest, mergePatch } from "../contract/kubernetes/place.ts";
import { createWorld, type OpenedCluster, type World } from "./world.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const Pods = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** Each verdict once, in a cluster that is brought to it. What no kubelet here reports is written into the pod's status. */
export function verdictsStory(open: () => Promise<OpenedCluster>): void {
  describe("each verdict, as the cluster shows it", { timeout: 60_000 }, () => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ cluster: await open(), mode: "socket" });
    }, 60_000);
    afterAll(async () => {
      await world.close();
    }, 30_000);

    async function deploy(name: string, image: string, replicas: number): Promise<void> {
      const path = `/apis/apps/v1/namespaces/${world.namespaces.shop}/deployments`;
      await world.create(path, manifest({ name, image, replicas }));
    }

    async function patch(path: string, body: object): Promise<void> {
      const reply = await world.client.request("PATCH", path, { body, type: mergePatch });
      expect(reply.status, reply.text).toBe(200);
    }

    async function podsOf(name: string): Promise<readonly string[]> {
      const { json } = await world.client.request("GET", podsPath());
      const names = Pods.parse(json).items.map((it) => it.metadata.name);
      return names.filter((it) => it.startsWith(`${name}-`));
    }

    function podsPath(): string {
      return `/api/v1/namespaces/${world.namespaces.shop}/pods`;
    }

    /** What a kubelet would report of the pod's one container. */
    async function report(pod: string, imageID: string): Promise<void> {
      const status = {
        name: "main",
        image: "x",
        imageID,
        ready: true,
        restartCount: 0,
        state: { running: {} },
        lastState: {},
      };
      await patch(`${podsPath()}/${pod}/status`, { status: { containerStatuses: [status] } });
    }

    test("uniform", async () => {
      await deploy("uniform", "ghcr.io/shop/uniform:1", 2);
      const answer = await world.askUntil("uniform", /both pods run/);
      expect(answer.text).toMatch(/^uniform in prod: both pods run sha256:[0-9a-f]{12} \(tag 1\)\./);
    });

    test("rolling", async () => {
      await deploy("rolling", "ghcr.io/shop/rolling:1", 2);
      await world.askUntil("rolling", /both pods run/);
      const path = `/apis/apps/v1/namespaces/${world.namespaces.shop}/deployments/rolling`;
      await patch(path, {
        spec: { template: { spec: { containers: [container("ghcr.io/shop/rolling:2-never-ready")] } } },
      });
      const answer = await world.askUntil("rolling", /is rolling out: 1 pod on sha256/);
      expect(answer.text).toMatch(
        /1 pod on sha256:[0-9a-f]{12} \(tag 2-never-ready\), 2 still on sha256:[0-9a-f]{12}\./,
      );
    });

    test("stuck", async () => {
      await deploy("stuck", "ghcr.io/shop/stuck:1-crash", 1);
      const answer = await world.askUntil("stuck", /CrashLoopBackOff/);
      expect(answer.text).toMatch(
        /^stuck in prod is stuck on sha256:\S+ \(tag 1-crash\): pod stuck-\S+ has CrashLoopBackOff, exit/,
      );
    });

    test("mixed", async () => {
      await deploy("mixed", "ghcr.io/shop/mixed:1", 3);
      await world.askUntil("mixed", /all 3 pods run/);
      const [pod = ""] = await podsOf("mixed");
      await report(pod, `ghcr.io/shop/mixed@${digest("b")}`);
      const answer = await world.askUntil("mixed", /2 different images/);
      expect(answer.text).toMatch(
        /runs 2 different images under one tag \(container main\): 2 on sha256:\S+, 1 on sha256:b{12}\./,
      );
    });

    test("drifted", async () => {
      await deploy("drifted", "ghcr.io/shop/drifted:1", 2);
      await world.askUntil("drifted", /both pods run/);
      const [pod = ""] = await podsOf("drifted");
      const image = { op: "replace", path: "/spec/containers/0/image", value: "ghcr.io/shop/drifted:9" };
      const type = "application/json-patch+json";
      const reply = await world.client.request("PATCH", `${podsPath()}/${pod}`, { body: [image], type });
      expect(reply.status, reply.text).toBe(200);
      const answer = await world.askUntil("drifted", /has drifted/);
      expect(answer.text.replaceAll("\u2060", "")).toMatch(
        /in container main 1 pod runs ghcr\.io\/shop\/drifted:9, but ghcr\.io\/shop\/drifted:1 is asked for/,
      );
    });

    test("scaled to zero", async () => {
      await deploy("asleep", "ghcr.io/shop/asleep:1", 0);
      const answer = await world.askUntil("asleep", /scaled to zero/);
      expect(answer.text).toMatch(/^asleep in prod: nothing runs, it is scaled to zero\./);
    });

    test("unknown", async () => {
      await deploy("unsure", `ghcr.io/shop/unsure@${digest("a")}`, 1);
      await world.askUntil("unsure", /its one pod runs/);
      const [pod = ""] = await podsOf("unsure");
      await report(pod, `docker://${digest("c")}`); // only its configuration: the image may be the right one
      const answer = await world.askUntil("unsure", /cannot tell/);
      expect(answer.text).toMatch(
        /cannot tell what runs\. sha256:a{12} is asked for and the node reports sha256:c{12}: another name of the same image, or not/,
      );
    });
  });
}

function container(image: string) {
  return { name: "main", image };
}
