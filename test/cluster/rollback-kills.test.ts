import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { startSlack } from "../../sim/slack/server.ts";
import { systemClock } from "../../src/clock.ts";
import { hasEnded, type Operation } from "../../src/core/operation/operation.ts";
import { leaseMs } from "../../src/core/operation/step.ts";
import type { WholeCluster } from "../../src/kubernetes/cluster.ts";
import { createOperating } from "../../src/flows/operate.ts";
import type { Restoring } from "../../src/ports/rollback.ts";
import { confirmed, operating } from "../../src/records/operating.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { createClient } from "../contract/kubernetes/client.ts";
import { openCluster } from "../kubernetes/restore/opening.ts";
import { startRedis } from "../store/redis-server.ts";
import { createChance } from "../worst-day/chance.ts";
import { type Patches, patchesOf } from "./rollback/audit.ts";
import { bob, channel, createDriving, type Driving, pause } from "./rollback/driving.ts";
import { createReplica, type Replica, whoeverIsAt } from "./rollback/replica.ts";
import { real } from "./real.ts";

/**
 * Rollbacks that two real bots on one Redis carry out, while they and their Redis are killed. The seed is printed: SEED=… plays
 * the same kills again. LONG=1 kills a hundred times.
 */

const isLong = process.env["LONG"] === "1";
const kills = isLong ? 100 : 5;
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const steps = ["taken", "intent written", "patch leaves", "patch answered", "applied"] as const;
const never = new AbortController().signal;
const workloads = ["checkout", "cart", "search", ...(isLong ? ["ledger", "web"] : [])];

describe("whoever is killed while workloads are taken back", { timeout: isLong ? 1_800_000 : 120_000 }, () => {
  const run = Math.random().toString(36).slice(2, 8);
  const namespace = `back-${run}`;
  const closing = new AsyncDisposableStack();
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let slack: Awaited<ReturnType<typeof startSlack>>;
  let cluster: WholeCluster;
  let driving: Driving;
  let store: ReturnType<typeof createRedisStore>;
  let replicas: readonly Replica[];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "whatsrunning-"));
    closing.defer(async () => rm(folder, { recursive: true }));
    const { kubeconfig } = await real();
    const [file, config] = [join(folder, "kubeconfig"), join(folder, "config.yml")];
    await writeFile(file, kubeconfig);
    await writeFile(config, JSON.stringify(settings(namespace)));
    const client = createClient(kubeconfig);
    await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
    closing.defer(async () => void (await client.request("DELETE", `/api/v1/namespaces/${namespace}`)));
    redis = closing.use(await startRedis());
    store = closing.use(createRedisStore({ url: redis.url, clock: systemClock }));
    cluster = closing.adopt(await openCluster(file), async (it) => it.close());
    const people = [{ id: bob.id, name: bob.name }];
    const members = ["U0SIMBOT", bob.id];
    // With the right to look: without it, what a bot was killed over may stand there twice.
    const manifest: unknown = parse(
      (await readFile("manifest.yml", "utf8")).replace("# - channels:history", "- channels:history"),
    );
    slack = closing.adopt(
      await startSlack({ manifest, people, channels: [{ id: channel, name: "deploys", members }] }),
      async (it) => it.close(),
    );
    const identity = await cluster.identity(AbortSignal.timeout(10_000));
    driving = createDriving({ client, restoring: cluster.restoring, store, namespace, identity });
    replicas = [0, 1].map(() =>
      createReplica({
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_API_URL: slack.apiUrl,
        KUBECONFIG: file,
        WHATSRUNNING_CONFIG: config,
        REDIS_URL: redis.url,
      }),
    );
    for (const it of replicas) closing.defer(async () => it.end("SIGKILL"));
    await Promise.all([...replicas.map(async (it) => it.start()), ...workloads.map(driving.create)]);
  }, 60_000);
  afterAll(async () => closing.disposeAsync(), 30_000);

  async function ended(id: string, withinMs: number): Promise<Operation> {
    return vi.waitFor(
      async () => {
        const it = await driving.operation(id);
        if (!hasEnded(it.progress)) throw new Error(`${id} is ${it.progress.state}, SEED=${seed}`);
        return it;
      },
      { timeout: withinMs, interval: 200 },
    );
  }

  test("two hundred confirmations at once are one operation and one change", async () => {
    await driving.deploy("checkout", 1);
    const intent = await driving.intentFor("checkout");
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async () => store.commit(confirmed(randomUUID(), intent))),
    );
    expect(outcomes.filter((it) => it === "done")).toHaveLength(1);
    expect((await ended(intent.id, 20_000)).progress.state).toBe("restored");
    expect([null, { taken: 1, unanswered: 0 }]).toContainEqual(await patchesOf(intent.id));
  });

  test("what a stalled bot was about to send fails once another has taken over", async () => {
    const apart = closing.use(createRedisStore({ url: redis.url, installation: "stalled", clock: systemClock }));
    const [reached, thawed] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
    const answers: string[] = [];
    let lateMs = 0;
    const bot = (restoring: Restoring) =>
      createOperating({
        store: apart,
        clock: { now: () => Date.now() + lateMs },
        newId: randomUUID,
        reach: () => ({ cluster, restoring }),
        allowed: async () => true,
        aliases: () => null,
        moved: () => {},
        noted: () => {},
        failed: () => {},
      });
    const stalled = bot({
      ...cluster.restoring,
      patch: async (...sent) => {
        reached.resolve(null);
        await thawed.promise;
        const answer = await cluster.restoring.patch(...sent);
        answers.push(answer.kind);
        return answer;
      },
    });

    await driving.deploy("cart", 1);
    const intent = await driving.intentFor("cart");
    await apart.commit(confirmed(randomUUID(), intent));
    const turn = stalled.turn(never);
    await reached.promise;
    lateMs = leaseMs + 1_000;
    const other = bot(cluster.restoring);
    const read = async () => (await apart.read(operating.operation(intent.id)))?.value.progress;
    for (let tries = 0; tries < 10 && (await read())?.state !== "voided"; tries += 1) await other.turn(never);
    expect(await read()).toMatchObject({ state: "voided", because: "unclear" });
    thawed.resolve(null);
    await turn;
    expect(answers).toEqual(["moved"]);
    expect(await read()).toMatchObject({ state: "voided" });
    expect((await driving.live("cart")).template).toBe(intent.plan.from.template);
  });

  test("every rollback ends done or not done, at most once, and its message agrees with the cluster", async () => {
    const chance = createChance(seed);
    const counts = new Map<string, number>();
    const all: Operation[] = [];
    const over = new AbortController();

    async function drive(name: string): Promise<void> {
      for (let nth = 10; !over.signal.aborted; nth += 1) {
        await driving.deploy(name, nth);
        const intent = await driving.intentFor(name);
        const { generation } = await driving.live(name);
        expect(await driving.confirm(intent)).toBe("done");
        const it = await ended(intent.id, isLong ? 300_000 : 60_000);
        const { to, from } = intent.plan;
        const now = await driving.live(name);
        expect(now.template, `SEED=${seed}`).toBe(isDone(it) ? to.template : from.template);
        // what is not done may leave the mark that shuts out what is still on its way
        expect(now.generation - generation, `SEED=${seed}`).toBeOneOf(isDone(it) ? [1] : [0, 1]);
        all.push(it);
      }
    }

    const drives = Promise.all(workloads.map(drive));
    drives.catch(() => null); // told below
    const restarts: Promise<void>[] = [];
    for (let nth = 0; nth < kills; nth += 1) {
      const step = steps[nth % steps.length] ?? "taken";
      const victim = await whoeverIsAt(step, replicas, 40_000);
      await pause(chance.next() * 8);
      const isRedis = nth % 5 === 1 + (Math.floor(nth / 5) % 2); // when an intent was written, and when a patch leaves
      const what = `${isRedis ? "Redis" : "bot"} at "${victim.lastStep()}"`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
      if (isRedis) {
        await redis.kill();
        await pause(chance.next() * 500);
        await redis.restart();
      } else {
        await victim.end("SIGKILL");
        const restart = pause(chance.next() * 300).then(victim.start);
        restart.catch(() => null); // told when it is waited for
        restarts.push(restart);
      }
    }
    over.abort();
    await drives;
    await Promise.all(restarts);
    process.stdout.write(
      `SEED=${seed}: ${kills} kills of ${all.length} rollbacks: ${JSON.stringify(Object.fromEntries(counts))}\n`,
    );
    const spared = steps.filter((it) => sumOf(counts, it) === 0);
    expect(isLong ? spared : []).toEqual([]);

    for (const it of all) {
      const patches = await patchesOf(it.intent.id);
      expect(patches === null || agrees(patches, isDone(it)), `SEED=${seed}: ${JSON.stringify(patches)}`).toBe(true);
      await vi.waitFor(() => expect(saidOf(it), `SEED=${seed}`).toMatch(verdicts[it.progress.state] ?? /never/), {
        timeout: 20_000,
      });
    }
  });

  /** What the one message about an operation says. */
  function saidOf({ intent }: Operation): string {
    const ours = slack
      .messagesFor(bob.id, channel)
      .filter((it) => it.thread === null && JSON.stringify(it.blocks).includes(intent.id));
    expect(ours, `SEED=${seed}`).toHaveLength(1);
    return ours[0]?.text.replaceAll("\u2060", "") ?? "";
  }
});

const verdicts: Readonly<Record<string, RegExp>> = {
  restored: /in prod was rolled back to .*All pods were ready/,
  voided: /in prod was not rolled back/,
  refused: /in prod was not rolled back/,
};

/** What is not done was never taken. What is done was: once at most, and where nobody heard of it, it was sent at least. */
function agrees({ taken, unanswered }: Patches, wasDone: boolean): boolean {
  return wasDone ? taken === 1 || (taken === 0 && unanswered > 0) : taken === 0;
}

function isDone({ progress: { state } }: Operation): boolean {
  return state === "restored" || state === "failed" || state === "unproven";
}

function sumOf(counts: ReadonlyMap<string, number>, step: string): number {
  return [...counts].filter(([it]) => it.endsWith(`"${step}"`)).reduce((sum, [, many]) => sum + many, 0);
}

function settings(namespace: string): object {
  const places = [{ cluster: "prod-eu", context: null, namespaces: [namespace] }];
  const rollback = { allow: { users: [bob.id] } };
  return { registries: { "ghcr.io": { ask: false } }, environments: { prod: { places, rollback } } };
}
