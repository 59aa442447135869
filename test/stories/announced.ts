import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { manifest } from "../contract/kubernetes/place.ts";
import { createWorld, type OpenedCluster, type World } from "./world.ts";

/** What differs between a cluster that is there and the stand-in. */
type Given = {
  /** Whether its kubelets wait for ConfigMaps. */
  readonly configMaps: boolean;
  /** How many deploys come at once. */
  readonly storm: number;
};

/** Each fate that a deploy can have, told in one message that is kept true. */
export function announcedStory(open: () => Promise<OpenedCluster>, { configMaps, storm }: Given): void {
  describe("deploys, told in the channel", { timeout: 90_000 }, () => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ cluster: await open(), mode: "socket", announce: true });
      for (const name of ["good", "bad", "crashing", "replaced"]) await create(name, `ghcr.io/shop/${name}:1`, 2);
      await ready(["good", "bad", "crashing", "replaced"], 2);
      await vi.waitFor(() => expect(alone()).toHaveLength(4), { timeout: 20_000 });
      await told("good", /deploy done/);
    }, 90_000);
    afterAll(async () => {
      await world.close();
    }, 30_000);

    const path = () => `/apis/apps/v1/namespaces/${world.namespaces.shop}/deployments`;

    async function create(name: string, image: string, replicas: number): Promise<void> {
      await world.create(path(), slow(manifest({ name, image, replicas })));
    }

    async function ready(names: readonly string[], replicas: number): Promise<void> {
      const Status = z.object({ status: z.object({ availableReplicas: z.number().optional() }) });
      for (const name of names) {
        const read = async () => Status.parse((await world.client.request("GET", `${path()}/${name}`)).json);
        await vi.waitFor(async () => expect((await read()).status.availableReplicas).toBe(replicas), {
          timeout: 60_000,
          interval: 200,
        });
      }
    }

    async function change(name: string, operations: readonly object[]): Promise<number> {
      const at = Date.now();
      const type = "application/json-patch+json";
      const reply = await world.client.request("PATCH", `${path()}/${name}`, { body: operations, type });
      expect(reply.status, reply.text).toBe(200);
      return at;
    }

    const setImage = async (name: string, tag: string) =>
      change(name, [
        { op: "replace", path: "/spec/template/spec/containers/0/image", value: `ghcr.io/shop/${name}:${tag}` },
      ]);

    const alone = () =>
      world.slack
        .messagesFor("U01ALICE", world.deploys)
        .filter((it) => it.reader === null && (it.thread === null || it.thread === it.ts));
    const about = (name: string) => alone().filter((it) => it.text.startsWith(`${name} in prod:`));
    const thread = (ts: string) =>
      world.slack.messagesFor("U01ALICE", world.deploys).filter((it) => it.thread === ts && it.ts !== ts);

    /** The last message about it, once it says so. */
    async function told(name: string, words: RegExp) {
      await vi.waitFor(() => expect(about(name).at(-1)?.text).toMatch(words), { timeout: 25_000, interval: 100 });
      const last = about(name).at(-1);
      if (!last) throw new Error("there is no message");
      return last;
    }

    test("a good one: started, then done, in the same message, with its buttons", async () => {
      await setImage("good", "2");
      const began = await told("good", /deploy (started|in progress)/);
      const done = await told("good", /deploy done, 2 of 2 pods ready after \d+ s/);
      expect(done.ts).toBe(began.ts);
      expect(about("good")).toHaveLength(2);
      const shown = JSON.stringify(done);
      for (const label of ["What changed", "History", "Roll back…"]) expect(shown).toContain(label);
      expect(thread(done.ts).map((it) => it.broadcast)).toEqual([false]);
      await world.slack.click({
        user: "U01ALICE",
        message: { channel: world.deploys, ts: done.ts },
        actionId: "ask_1",
      });
      await expect.poll(() => world.slack.ephemerals("U01ALICE").at(-1)?.text).toMatch(/good in prod/);
      expect(about("good").at(-1)?.text).toBe(done.text); // what everybody reads stays
    });

    test("a bad image: failed within seconds, with the pod, the reason and what to do, shown to the channel once", async () => {
      const at = await setImage("bad", "2-no-pull");
      const failed = await told("bad", /deploy failed/);
      expect(Date.now() - at).toBeLessThan(20_000);
      expect(failed.text).toMatch(/Pod bad-\S+, container \S+ has (ErrImagePull|ImagePullBackOff)/);
      expect(JSON.stringify(failed)).toContain("see that the registry serves this image");
      await expect.poll(() => thread(failed.ts).filter((it) => it.broadcast)).toHaveLength(1);

      await setImage("bad", "1");
      await told("bad", /rollback done/);
      await expect.poll(() => about("bad").at(-2)?.text, { timeout: 20_000 }).toMatch(/^bad in prod: rolled back to/);
      await expect.poll(() => thread(failed.ts).filter((it) => it.broadcast), { timeout: 20_000 }).toHaveLength(2);
    });

    test("a crash loop: with the exit code", async () => {
      await setImage("crashing", "2-crash");
      const failed = await told("crashing", /deploy failed/);
      expect(failed.text).toMatch(/has (CrashLoopBackOff|Error), exit code 1/);
    });

    test.runIf(configMaps)("a ConfigMap that is not there: with its name", async () => {
      const envFrom = [{ configMapRef: { name: "flags-of-tomorrow" } }];
      await change("good", [{ op: "add", path: "/spec/template/spec/containers/0/envFrom", value: envFrom }]);
      const failed = await told("good", /new configuration failed/);
      expect(JSON.stringify(failed)).toMatch(/CreateContainerConfigError.*flags-of-tomorrow/);
    });

    test("one that is replaced half-way: superseded", async () => {
      await setImage("replaced", "2-never-ready");
      await told("replaced", /deploy (started|in progress)/);
      await setImage("replaced", "3");
      await told("replaced", /deploy done/);
      await expect
        .poll(() => about("replaced").at(-2)?.text, { timeout: 15_000 })
        .toMatch(/^replaced in prod: deploy superseded by sha256:/);
    });

    test(`${storm} at once: one summary, with all of them in its thread`, async () => {
      const names = Array.from({ length: storm }, (_, index) => `s${String(index).padStart(3, "0")}`);
      const before = alone().length;
      await Promise.all(names.map(async (it) => create(it, `ghcr.io/shop/${it}:1`, 1)));
      const summaries = () => alone().filter((it) => / releases at once/.test(it.text));
      const done = () => /^(\d+) releases at once in prod: \1 done/.exec(summaries().at(-1)?.text ?? "")?.[1];
      await vi.waitFor(
        () => {
          const single = alone().length - before - summaries().length;
          expect(Number(done()) + single).toBe(storm);
          expect(single).toBeLessThan(10);
        },
        { timeout: 60_000, interval: 200 },
      );
      expect(summaries()).toHaveLength(1);
      const [summary] = summaries();
      const lines = () =>
        thread(summary?.ts ?? "")
          .map((it) => JSON.stringify(it.blocks))
          .join();
      await expect
        .poll(() => names.filter((it) => lines().includes(`*${it}*`)).length, { timeout: 40_000 })
        .toBe(Number(done()));
    });
  });
}

/** Long enough between the first pod and the last that a message can be seen to change. */
function slow(body: ReturnType<typeof manifest>) {
  return { ...body, spec: { ...body.spec, minReadySeconds: 2 } };
}
