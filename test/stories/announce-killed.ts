import { describe, expect, test } from "vitest";
import { startRedis } from "../store/redis-server.ts";
import { createReplicas, type Step, steps } from "./announce-kills.ts";
import type { OpenedCluster } from "./world.ts";

/**
 * Releases of several services at a time while both replicas, one of them, or Redis are killed at random moments. Afterwards
 * each release stands there once, in its true final state. The seed is printed: SEED=… aims the same kills
 * again, KILLS=… makes them more or fewer.
 */

const isLong = process.env["LONG"] === "1";
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

export function announceKilledStory(open: () => Promise<OpenedCluster>, { onlyLong = false } = {}): void {
  describe.runIf(isLong || !onlyLong)("deploys told by bots that are killed", { timeout: 3_600_000 }, () => {
    for (const readable of isLong ? [true, false] : [true]) {
      const rounds = Number(process.env["KILLS"] ?? (isLong ? 50 : 1));
      test(`${rounds} kills, ${readable ? "with" : "without"} the right to read history`, async () => {
        const random = randomFrom(seed);
        const cluster = await open();
        await using redis = await startRedis();
        const replicas = await createReplicas({ kubeconfig: cluster.kubeconfig, redis, readable });
        const met = new Map<Step, number>(steps.map((it) => [it, 0]));
        const killed = { both: 0, one: 0, redis: 0 };
        try {
          await replicas.start();
          await replicas.deploy(1);
          await replicas.allBegun(1); // from here on the bots know what was there before
          for (let tag = 2; tag <= rounds + 1; tag += 1) {
            // Calls take a moment, as they do: otherwise hardly any kill would fall into one.
            replicas.slack.failNext("chat.postMessage", { kind: "slow", ms: 50 + random() * 500 }, 8);
            replicas.slack.failNext("chat.update", { kind: "slow", ms: 50 + random() * 300 }, 8);
            await replicas.deploy(tag);
            const step = steps[tag % steps.length] ?? "noted";
            const which = isLong && tag % 5 === 0 ? "redis" : isLong && tag % 4 === 0 ? "one" : "both";
            killed[which] += 1;
            if (step !== "posted, not remembered") await aim(replicas, step, random);
            else if (which === "both") await replicas.killWhenPosted(7_000);
            if (which === "redis") await restart(redis, random);
            else await replicas.kill(which === "both" ? [0, 1] : [random() < 0.5 ? 0 : 1]);
            if (which === "both")
              for (const it of new Set(await replicas.stepsOf())) met.set(it, (met.get(it) ?? 0) + 1);
            await pause(random() * 500);
            await replicas.start();
            await replicas.allTold(tag);
            for (const it of replicas.counts(tag))
              expect(it, `SEED=${seed}, tag ${tag}, ${which}`).toBeLessThanOrEqual(readable ? 1 : 2);
          }
          await pause(isLong ? 20_000 : 0); // nothing comes after
          for (let tag = 2; tag <= rounds + 1; tag += 1) await replicas.allTold(tag);
          const missed = steps.filter((it) => met.get(it) === 0);
          expect(missed.length, `no kill fell into ${missed.join(", ")}`).toBeLessThan(isLong ? 1 : steps.length);
        } finally {
          process.stdout.write(`SEED=${seed}: ${JSON.stringify({ ...killed, met: Object.fromEntries(met) })}\n`);
          await replicas.close();
          await cluster.close();
        }
      });
    }
  });
}

type Replicas = Awaited<ReturnType<typeof createReplicas>>;

/** Until one of them is at that step, or passed it too quickly to be met, and a random moment longer. */
async function aim(replicas: Replicas, at: Step, random: () => number): Promise<void> {
  const until = Date.now() + 7_000;
  while (Date.now() < until && !(await replicas.stepsOf()).includes(at)) await pause(20);
  await pause(random() * 40);
}

async function restart(
  redis: { kill(): Promise<void>; restart(): Promise<void> },
  random: () => number,
): Promise<void> {
  await redis.kill();
  await pause(random() * 2_000);
  await redis.restart();
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
