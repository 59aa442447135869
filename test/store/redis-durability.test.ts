import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Durability } from "../../src/ports.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { text } from "./given.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { createWire } from "./wire.ts";

const stack: AsyncDisposable[] = [];
let server: RedisServer;
beforeEach(async () => {
  server = await started();
});
afterEach(async () => {
  for (const it of stack.splice(0).toReversed()) await it[Symbol.asyncDispose]();
});

async function started(): Promise<RedisServer> {
  const redis = await startRedis();
  stack.push(redis);
  return redis;
}

function opened({ url = server.url, now = Date.now }: { readonly url?: string; readonly now?: () => number } = {}) {
  const store = createRedisStore({ url, installation: "test", clock: { now } });
  stack.push(store);
  return store;
}

const set = (name: string, value: string) => server.run("CONFIG", "SET", name, value);
const because = (...sentences: readonly string[]): unknown => ({ durable: false, because: sentences });
const durable: Durability = { durable: true };

describe("durability", { timeout: 20_000 }, () => {
  test.each([
    ["appendonly", "no", "yes", "Redis forgets what it was told when it ends: set appendonly yes"],
    [
      "maxmemory-policy",
      "allkeys-lru",
      "noeviction",
      "Redis may throw away records when its memory is full (maxmemory-policy allkeys-lru): set maxmemory-policy noeviction",
    ],
  ])("depends on %s, also while we run", async (name, wrong, right, sentence) => {
    const store = opened();
    expect(await store.durability()).toEqual(durable);
    await set(name, wrong);
    expect(await store.durability()).toEqual(because(sentence));
    expect(await store.commit({ id: "c1", put: [{ key: text("r"), value: "" }] })).toBe("done");
    await set(name, right);
    expect(await store.durability()).toEqual(durable);
  });

  test("names all that is wrong at once", async () => {
    const store = opened();
    await set("appendonly", "no");
    await set("maxmemory-policy", "volatile-ttl");
    await set("maxmemory", "1");
    expect(await store.durability()).toEqual(
      because(
        expect.stringContaining("set appendonly yes"),
        expect.stringContaining("volatile-ttl"),
        "Redis is out of memory: raise its maxmemory",
      ),
    );
  });

  test("is not there on a replica", async () => {
    const store = opened();
    const master = await started();
    await server.run("REPLICAOF", "127.0.0.1", `${master.port}`);
    expect(await store.durability()).toEqual(because("this Redis is a replica: REDIS_URL must name the master"));
  });

  test("asks for the word of a replica where there are any", async () => {
    const replica = await started();
    await replica.run("REPLICAOF", "127.0.0.1", `${server.port}`);
    await expect.poll(() => replica.run("INFO", "replication")).toContain("master_link_status:up");
    const store = opened();
    await expect.poll(() => store.durability()).toEqual(durable);
    replica.signal("SIGSTOP");
    expect(await store.durability()).toEqual(because("no replica of this Redis acknowledges what is written"));
    expect(await store.commit({ id: "c1", put: [{ key: text("r"), value: "" }] })).toBe("done");
    replica.signal("SIGCONT");
    await expect.poll(() => store.durability()).toEqual(durable);
  });

  test("waits until what was acknowledged is in the file, which a busy disk holds up", async () => {
    let heldBack = 3;
    const wire = await createWire(server.port, (answer) =>
      heldBack > 0 ? answer.replace(/aof_buffer_length:0/, () => `aof_buffer_length:${(heldBack -= 1) + 1}`) : answer,
    );
    stack.push(wire);
    const store = opened({ url: wire.url });
    expect(await store.durability()).toEqual(durable);
    expect(heldBack).toBe(0);
    const never = await createWire(server.port, (answer) =>
      answer.replace("aof_buffer_length:0", "aof_buffer_length:9"),
    );
    stack.push(never);
    expect(await opened({ url: never.url }).durability()).toEqual(
      because("Redis is slow to write its append-only file: look at its disk"),
    );
  });

  test("covers a record only while it is there as it was written", async () => {
    const store = opened();
    const key = text("operation/1");
    await store.commit({ id: "c1", put: [{ key, value: "sending" }] });
    expect(await store.durability({ key, version: "c1" })).toEqual(durable);
    await server.run("FLUSHALL");
    expect(await store.durability({ key, version: "c1" })).toEqual(because("operation/1 has changed"));
  });

  test("is not there without the server", async () => {
    const store = opened();
    await server.kill();
    expect(await store.durability()).toEqual(because(expect.stringContaining("Redis cannot be reached")));
    await server.restart();
    await expect.poll(() => store.durability()).toEqual(durable);
  });

  test("is not there when the clocks disagree", async () => {
    const store = opened({ now: () => Date.now() - 60_000 });
    expect(await store.durability()).toEqual(
      because(expect.stringMatching(/^our clock and that of Redis are 6\d seconds apart$/)),
    );
  });
});
