import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../contract/kubernetes/client.ts";
import { createAskedBot } from "../memory/asked-bot.ts";
import { createCheckout } from "../memory/deployment.ts";
import { startTags } from "../memory/registry.ts";
import { type RedisServer, startRedis } from "../store/redis-server.ts";
import { real } from "./real.ts";

/**
 * Ten releases of one service, watched by a bot on Redis and a bot on SQLite, and partly by none: what each of them then says
 * of any moment is held against what the API server said at that moment.
 */

const digest = (name: string) => `sha256:${createHash("sha256").update(name).digest("hex")}`;
const short = (it: string) => it.slice(0, "sha256:".length + 12);
const namespace = `memory-${Math.random().toString(36).slice(2, 8)}`;

type Moment = { readonly at: number; readonly digests: readonly string[]; readonly what: string };

const moments: Moment[] = [];
let redis: RedisServer & AsyncDisposable;
let tags: Awaited<ReturnType<typeof startTags>>;
let client: ReturnType<typeof createClient>;
let bots: readonly Awaited<ReturnType<typeof createAskedBot>>[] = [];

beforeAll(async () => {
  const cluster = await real();
  client = createClient(cluster.kubeconfig);
  expect((await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } })).status).toBe(
    201,
  );
  [redis, tags] = [await startRedis(), await startTags()];
  const about = { kubeconfig: cluster.kubeconfig, namespace };
  bots = [
    await createAskedBot({ ...about, store: () => ({ REDIS_URL: redis.url }) }),
    await createAskedBot({ ...about, store: (folder) => ({ STATE_FILE: `${folder}/state.sqlite` }) }),
  ];
  await Promise.all(bots.map((it) => it.start()));
  await live();
}, 180_000);

afterAll(async () => {
  await Promise.all(bots.map((it) => it.close()));
  await redis[Symbol.asyncDispose]();
  await tags.close();
  await client.request("DELETE", `/api/v1/namespaces/${namespace}`);
});

async function live(): Promise<void> {
  const { repository, tag } = tags;
  for (const name of ["v1", "v3", "v5", "v6"]) tag(name, digest(name));
  const checkout = await createCheckout(client, namespace, `${repository}:v1`);

  /** Does it, waits for its pods, and notes what the API server says they run, at a moment when nothing moves. */
  async function then(what: string, act: () => Promise<void>, { healthy = true } = {}): Promise<void> {
    await pause(1_100); // API servers note times in whole seconds
    await act();
    if (healthy) await checkout.rolledOut();
    await pause(1_100);
    moments.push({ at: Date.now(), digests: await checkout.digests(), what });
    await pause(400);
  }

  await then("made", async () => {});
  await then("by digest", async () => checkout.run(`${repository}@${digest("v2")}`));
  await then("by tag", async () => checkout.run(`${repository}:v3`));
  await then("does not start", async () => checkout.run(`${repository}:v4`), { healthy: false });
  await then("rolled back", async () => checkout.undo());
  await then("restarted", async () => checkout.restart(new Date().toISOString()));
  await then("configured", async () => checkout.configure("2"));
  await Promise.all(bots.map((it) => it.end("SIGTERM")));
  await then("deployed unseen", async () => checkout.run(`${repository}:v5`));
  await then("rolled back unseen", async () => checkout.undo());
  await Promise.all(bots.map((it) => it.start()));
  await then("deployed again", async () => checkout.run(`${repository}:v6`));
  tag("v6", digest("v6 moved"));
  await then("tag moved", async () => checkout.restart(new Date(Date.now() + 1_000).toISOString()));
  await Promise.all(bots.map((it) => it.askUntil("history checkout", new RegExp(short(digest("v6 moved"))))));
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

/** What is true of every answer, but not the same in two of them: when it was given. */
const withoutNow = (text: string) => text.replace(/\d+ (second|minute)s? ago|just now/g, "lately");

async function both(question: string): Promise<string> {
  const [one = "", other = ""] = await Promise.all(bots.map((it) => it.ask(question)));
  expect(withoutNow(one)).toBe(withoutNow(other));
  return one;
}

describe("ten releases, two of them unseen, remembered in Redis and in SQLite", () => {
  test("what ran at each moment is what the API server said then", async () => {
    expect(moments).toHaveLength(11);
    for (const { at, digests, what } of moments) {
      const said = await both(`checkout prod at ${new Date(at).toISOString()}`);
      const wanted = what === "does not start" ? `${tags.repository}:v4` : short(digests[0] ?? "none");
      expect(said, what).toContain(wanted);
    }
  });
});
