import { describe, expect, test } from "vitest";
import { eventually, useServer, type Open, type Place } from "./place.ts";

const digest = `sha256:${"a".repeat(64)}`;

export function runningContract(open: Open): void {
  describe.concurrent("running pods", { timeout: 30_000 }, () => {
    const { place } = useServer(open);

    test("reports the digest that each container runs, sidecars and init containers too", async () => {
      const here = await place();
      const initContainers = [
        { name: "first", image: "ghcr.io/shop/migrate:1" },
        { name: "proxy", image: "ghcr.io/shop/proxy:1", restartPolicy: "Always" },
      ];
      await here.deploy({ replicas: 1, image: `ghcr.io/shop/web@${digest}`, pod: { initContainers } });
      await here.rolledOut();
      const [pod] = await here.items(here.pods);
      expect(pod).toMatchObject({
        spec: { nodeName: expect.any(String) },
        status: {
          phase: "Running",
          containerStatuses: [
            {
              name: "main",
              ready: true,
              restartCount: 0,
              imageID: `ghcr.io/shop/web@${digest}`,
              state: { running: {} },
              lastState: {},
            },
          ],
          initContainerStatuses: [
            {
              name: "first",
              ready: true,
              imageID: repoDigest("migrate"),
              state: { terminated: { reason: "Completed", exitCode: 0 } },
            },
            { name: "proxy", ready: true, imageID: repoDigest("proxy"), state: { running: {} } },
          ],
        },
      });
    });

    test("one tag is one digest, another tag another", async () => {
      const here = await place();
      await here.deploy({ replicas: 1, name: "a", image: "ghcr.io/shop/web:1" });
      await here.deploy({ replicas: 1, name: "b", image: "ghcr.io/shop/web:1" });
      await here.deploy({ replicas: 1, name: "c", image: "ghcr.io/shop/web:2" });
      for (const name of ["a", "b", "c"]) await here.rolledOut(name);
      const [a, b, c] = (await here.items(here.pods)).map((it) => containerOf(it).imageID);
      expect(a).toBe(b);
      expect(c).not.toBe(a);
    });

    test("an image that cannot be pulled waits, and has no digest", async () => {
      const here = await place();
      await here.deploy({ replicas: 1, image: "ghcr.io/shop/web:1-no-pull" });
      await eventually(async () => expect(await waitingReason(here)).toMatch(/^(ErrImagePull|ImagePullBackOff)$/));
      await eventually(async () => expect(await waitingReason(here)).toBe("ImagePullBackOff"));
      const [pod] = await here.items(here.pods);
      expect(pod).toMatchObject({ status: { phase: "Pending", containerStatuses: [{ imageID: "", ready: false }] } });
    });

    test("a container that crashes is restarted with growing pauses, and says how it ended", async () => {
      const here = await place();
      await here.deploy({ replicas: 1, image: "ghcr.io/shop/web:1-crash" });
      const restarts = async () => containerOf((await here.items(here.pods))[0]).restartCount;
      await eventually(async () => expect(await restarts()).toBeGreaterThan(0));
      await eventually(async () => expect(await waitingReason(here)).toBe("CrashLoopBackOff"));
      const [pod] = await here.items(here.pods);
      const lastState = { terminated: { reason: "Error", exitCode: 1 } };
      expect(pod).toMatchObject({ status: { containerStatuses: [{ ready: false, lastState }] } });
    });

    test("a container that needs too much memory is OOMKilled with 137", async () => {
      const here = await place();
      await here.deploy({ replicas: 1, image: "ghcr.io/shop/web:1-oom" });
      await eventually(async () => expect(await waitingReason(here)).toBe("CrashLoopBackOff"));
      const [pod] = await here.items(here.pods);
      const lastState = { terminated: { reason: "OOMKilled", exitCode: 137 } };
      expect(pod).toMatchObject({ status: { containerStatuses: [{ lastState }] } });
    });

    test("a deleted pod stays for a while, with a deadline that lies ahead, and is replaced", async () => {
      const here = await place();
      await here.deploy({ replicas: 1 });
      await here.rolledOut();
      const [pod] = await here.items(here.pods);
      const path = `${here.pods}/${pod?.metadata.name}`;
      const reply = await here.request("DELETE", path);
      const before = Number(Object(pod).metadata.generation);
      expect(reply).toMatchObject({
        status: 200,
        json: { metadata: { uid: pod?.metadata.uid, deletionGracePeriodSeconds: 30, generation: before + 1 } },
      });
      expect(await here.request("GET", path)).toMatchObject({ status: 200 });
      await eventually(async () => expect((await here.request("GET", path)).status).toBe(404));
      await here.rolledOut();
      const [next] = await here.items(here.pods);
      expect(next?.metadata.uid).not.toBe(pod?.metadata.uid);
    });
  });
}

function repoDigest(name: string): unknown {
  return expect.stringMatching(new RegExp(`^ghcr.io/shop/${name}@sha256:[0-9a-f]{64}$`));
}

type Container = {
  readonly imageID?: string;
  readonly restartCount?: number;
  readonly state?: { waiting?: { reason: string } };
};

function containerOf(pod: unknown): Container {
  return Object(Object(Object(pod).status).containerStatuses?.[0]);
}

async function waitingReason(here: Place): Promise<string | undefined> {
  return containerOf((await here.items(here.pods))[0]).state?.waiting?.reason;
}
