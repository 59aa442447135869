import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createClient } from "../contract/kubernetes/client.ts";
import { createAskedBot } from "../memory/asked-bot.ts";
import { createCheckout } from "../memory/deployment.ts";
import { startTags } from "../memory/registry.ts";
import { startRedis } from "../store/redis-server.ts";
import { real } from "./real.ts";

/**
 * One deploy after the other while bots and their Redis are killed at random moments. Afterwards the ledgers know every one of
 * them once, in order. The seed is printed: SEED=… plays the same kills again.
 */

const deploys = process.env["LONG"] === "1" ? 40 : 6;
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const digest = (name: string) => `sha256:${createHash("sha256").update(name).digest("hex")}`;

test("no release is lost or told twice, whenever a bot or its Redis is killed", { timeout: 900_000 }, async () => {
  const random = randomFrom(seed);
  const namespace = `kills-${Math.random().toString(36).slice(2, 8)}`;
  const { kubeconfig } = await real();
  const client = createClient(kubeconfig);
  await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  await using redis = await startRedis();
  const tags = await startTags();
  const image = (nth: number) => `${tags.repository}@${digest(`deploy ${nth}`)}`;
  const bots = [
    await createAskedBot({ kubeconfig, namespace, store: () => ({ REDIS_URL: redis.url }) }),
    await createAskedBot({ kubeconfig, namespace, store: (folder) => ({ STATE_FILE: `${folder}/state.sqlite` }) }),
  ];
  const kills = { "bot on Redis": 0, "bot on SQLite": 0, Redis: 0 };
  try {
    await Promise.all(bots.map((it) => it.start()));
    const checkout = await createCheckout(client, namespace, image(0));
    await checkout.rolledOut();
    for (let nth = 1; nth < deploys; nth += 1) {
      await pause(1_100); // API servers note times in whole seconds
      await checkout.run(image(nth));
      await pause(random() * 1_500);
      await killed(random());
      await checkout.rolledOut();
    }
    await Promise.all(bots.map((it) => it.askUntil("history checkout", new RegExp(short(deploys - 1)))));
    const wanted = Array.from({ length: Math.min(10, deploys) }, (_, at) => short(deploys - 1 - at));
    for (const bot of bots) expect(runsIn(await bot.ask("history checkout")), `SEED=${seed}`).toEqual(wanted);
    process.stdout.write(`SEED=${seed}: ${JSON.stringify(kills)}\n`);
  } finally {
    await Promise.all(bots.map((it) => it.close()));
    await tags.close();
    await client.request("DELETE", `/api/v1/namespaces/${namespace}`);
  }

  async function killed(choice: number): Promise<void> {
    const which = (["bot on Redis", "bot on SQLite", "Redis"] as const)[Math.floor(choice * 3)] ?? "Redis";
    kills[which] += 1;
    if (which === "Redis") {
      await redis.kill();
      await pause(random() * 1_000);
      return redis.restart();
    }
    const bot = bots[which === "bot on Redis" ? 0 : 1];
    await bot?.end("SIGKILL");
    await pause(random() * 1_000);
    return bot?.start();
  }
});

function short(nth: number): string {
  return digest(`deploy ${nth}`).slice(0, "sha256:".length + 12);
}

/** What each row says that it ran. */
function runsIn(history: string): readonly string[] {
  return [...history.matchAll(/:[a-z_]+: `(sha256:[0-9a-f]{12})`/g)].flatMap(([, it]) => it ?? []);
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
