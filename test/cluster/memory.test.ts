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

const namespaces = [namespace, `${namespace}-staging`];

type Moment = { readonly at: number; readonly digests: readonly string[]; readonly what: string };

const moments: Moment[] = [];
let redis: RedisServer & AsyncDisposable;
let tags: Awaited<ReturnType<typeof startTags>>;
let client: ReturnType<typeof createClient>;
let checkout: Awaited<ReturnType<typeof createCheckout>>;
let bots: readonly Awaited<ReturnType<typeof createAskedBot>>[] = [];

beforeAll(async () => {
  const cluster = await real();
  client = createClient(cluster.kubeconfig);
  for (const name of namespaces) {
    const made = await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name } } });
    if (made.status !== 201) throw new Error(made.text);
  }
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
  for (const name of namespaces) await client.request("DELETE", `/api/v1/namespaces/${name}`);
});

async function live(): Promise<void> {
  const { repository, tag } = tags;
  for (const name of ["v1", "v3", "v5", "v6"]) tag(name, digest(name));
  checkout = await createCheckout(client, namespace, `${repository}:v1`);

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
  const staging = await createCheckout(client, `${namespace}-staging`, `${repository}:v5`);
  await staging.rolledOut();
  await Promise.all(bots.map((it) => it.askUntil("history checkout", new RegExp(short(digest("v6 moved"))))));
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

/** What both say, without what is told by a clock or counted by their workspaces. */
const comparable = (text: string) =>
  text.replace(/\d+ (second|minute)s? ago|just now|\d+ seconds?/g, "lately").replace(/"(block_id|ts)":"[^"]*"/g, "");

async function both(question: string): Promise<string> {
  const [one = "", other = ""] = await Promise.all(bots.map((it) => it.ask(question)));
  expect(comparable(one)).toBe(comparable(other));
  return one;
}

describe("ten releases, two of them unseen, remembered in Redis and in SQLite", () => {
  test("what ran at each moment is what the API server said then", async () => {
    expect(moments).toHaveLength(11);
    /** Of a tag whose pods nobody saw there is only the reference to tell. */
    const unseen = new Map([
      ["does not start", `${tags.repository}:v4`],
      ["deployed unseen", `${tags.repository}:v5`],
    ]);
    for (const { at, digests, what } of moments) {
      const said = await both(`checkout prod at ${new Date(at).toISOString()}`);
      const wanted = unseen.get(what) ?? short(digests[0] ?? "none");
      expect(said, what).toContain(wanted);
    }
  });

  test("history tells all of them, newest first, and what became of each", async () => {
    const newest = await both("history checkout");
    expect(newest).toContain("the newest 10 releases that I know of; 2 rolled back, 1 never healthy");
    const fates = [...newest.matchAll(/ · \*([^*]*)\*/g)].map(([, it]) => it?.replace(/\d+ seconds?/, "a while"));
    expect(fates).toEqual([
      "live now",
      "healthy for a while",
      "healthy for a while",
      "rolled back, how it fared was not seen",
      "healthy for a while",
      "healthy for a while",
      "healthy for a while",
      expect.stringMatching(/^rolled back, never healthy: failed with (ErrImagePull|ImagePullBackOff)/),
      "healthy for a while",
      "healthy for a while",
    ]);
    expect(newest).toMatch(/tag moved: `v6` was `sha256:[0-9a-f]{12}`/);
    expect(newest).toContain("ConfigMap `checkout-config` changed");
    expect(newest).toMatch(/some time between .* while I was not looking/);
    const numbers = [...(await checkout.revisions()).keys()];
    expect(numbers.at(-1)).toBe(10); // as kubectl counts: its ConfigMap is no revision
  });

  test("where tells what runs a digest now, and what ran it before", async () => {
    expect(await both(`where ${digest("v6 moved")}`)).toMatch(/runs now in 1 workload/);
    const third = await both(`where ${digest("v3").slice(0, 20)}`);
    expect(third).not.toMatch(/Runs now/);
    expect(third.match(/tag `v3`/g)?.length).toBeGreaterThanOrEqual(5);
    expect(await both("where v4")).toContain("never healthy");
    expect(await both(`where ${digest("v5")}`)).toMatch(/\*checkout\* in \*staging\*/);
  });

  test("changes are the same releases, in the same order", async () => {
    const said = await both("changes 60m");
    expect(said).toContain("The newest 10 changes in prod in the last hour");
  });

  test("diff holds the live pods of both environments against each other", async () => {
    expect(await both("diff staging prod")).toContain(
      `\`${short(digest("v5"))}\` \`v5\` → \`${short(digest("v6 moved"))}\` \`v6\``,
    );
  });
});
