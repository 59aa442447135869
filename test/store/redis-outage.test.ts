import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Commit, Store } from "../../src/ports.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { all, text } from "./given.ts";
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

function opened(url = server.url): Store {
  const store = createRedisStore({ url, installation: "test", clock: { now: Date.now } });
  stack.push(store);
  return store;
}

const change = (id: string): Commit => ({
  id,
  put: [{ key: text("r"), value: id }],
  append: [{ log: text("l"), at: 1, value: id }],
  index: { add: [id] },
});

/** Everything there is, newest first. */
async function logged(store: Store): Promise<readonly string[]> {
  return (await store.range(text("l"), { before: null, limit: 1000 })).map((it) => it.value);
}

describe("an outage", { timeout: 20_000 }, () => {
  test("is told within a second or so, and heals by itself", async () => {
    const store = opened();
    await store.commit(change("c1"));
    await server.kill();
    for (const ask of [() => store.read(text("r")), () => store.find("", all)]) {
      const asked = performance.now();
      await expect(ask()).rejects.toThrow("Redis cannot be reached");
      expect(performance.now() - asked).toBeLessThan(2_000);
    }
    await expect(store.commit(change("c2"))).rejects.toThrow("nothing was changed");
    await server.restart();
    await expect.poll(() => store.read(text("r")).catch(() => null)).toMatchObject({ value: "c1" });
    expect(await store.commit(change("c2"))).toBe("done");
  });

  test("at the start does not keep a store from being made", async () => {
    await server.kill();
    const store = opened();
    await expect(store.read(text("r"))).rejects.toThrow("could not read r: Redis cannot be reached");
    await server.restart();
    await expect.poll(() => store.read(text("r")).catch(() => "no answer")).toBeNull();
  });

  test("of a server that hangs is an outcome that nobody knows, and sent again it counts once", async () => {
    const store = opened();
    await store.commit(change("c1"));
    server.signal("SIGSTOP");
    const asked = performance.now();
    await expect(store.commit(change("c2"))).rejects.toThrow(/^could not commit: Redis does not answer in time$/);
    expect(performance.now() - asked).toBeLessThan(2_000);
    server.signal("SIGCONT");
    await expect.poll(() => store.commit(change("c2")).catch(() => "no answer")).toBe("done");
    expect(await logged(store)).toEqual(["c2", "c1"]);
  });

  test("between a commit and its answer is bridged, and the commit counts once", async () => {
    const wire = await createWire(server.port);
    stack.push(wire);
    const store = opened(wire.url);
    await store.read(text("r"));
    for (const id of ["c1", "c2", "c3"]) {
      wire.loseAnswer();
      expect(await store.commit(change(id))).toBe("done");
    }
    expect(wire.lost()).toBe(3);
    expect(await logged(store)).toEqual(["c3", "c2", "c1"]);
  });

  test("by kill -9 amid commits loses nothing that was acknowledged, and halves nothing", async () => {
    await server.run("CONFIG", "SET", "appendfsync", "always");
    const store = opened();
    const acknowledged = new Set<string>();
    const ids = Array.from({ length: 400 }, (_, at) => `c${at}`);
    const commits = ids.map(async (id) => {
      if ((await store.commit(change(id)).catch(() => null)) === "done") acknowledged.add(id);
    });
    await expect.poll(() => acknowledged.size, { interval: 1 }).toBeGreaterThan(0);
    await server.kill();
    await Promise.all(commits);
    await server.restart();
    await expect.poll(() => store.read(text("r")).catch(() => null)).not.toBeNull();

    const kept = await logged(store);
    expect(new Set(kept).size).toBe(kept.length);
    expect([...acknowledged.difference(new Set(kept))]).toEqual([]);
    expect(await store.find("", all)).toEqual(kept.toSorted());
    expect((await store.read(text("r")))?.value).toBe(kept[0]);

    expect(await Promise.all(ids.map((id) => store.commit(change(id))))).toEqual(ids.map(() => "done"));
    expect((await logged(store)).toSorted()).toEqual(ids.toSorted());
  });

  test("by kill -9 loses nothing that was called durable, however Redis writes its file", async () => {
    const store = opened();
    const vouchedFor: string[] = [];
    const writing = (async () => {
      for (let at = 0; at < 900; at += 1) {
        const id = `c${at}`;
        await store.commit(change(id));
        if ((await store.durability({ key: text("r"), version: id })).durable) vouchedFor.push(id);
      }
    })().catch(() => "killed");
    await expect.poll(() => vouchedFor.length, { interval: 1 }).toBeGreaterThan(20);
    await server.kill();
    expect(await writing).toBe("killed");
    await server.restart();
    await expect.poll(() => store.read(text("r")).catch(() => null)).not.toBeNull();
    expect([...new Set(vouchedFor).difference(new Set(await logged(store)))]).toEqual([]);
  });
});

describe("a Redis that says no", { timeout: 20_000 }, () => {
  test.each([
    ["has no memory left", "raise its maxmemory", () => server.run("CONFIG", "SET", "maxmemory", "1")],
    ["cannot save", "cannot save to its disk (MISCONF)", failToSave],
    ["is a replica", "REDIS_URL must name the master", () => server.run("REPLICAOF", "127.0.0.1", "1")],
    ["does not let us write", "does not allow our user", () => server.run("ACL", "SETUSER", "default", "-@write")],
    ["lets us write only some", "does not allow our user", () => server.run("ACL", "SETUSER", "default", "-xtrim")],
  ])("because it %s changes nothing, and says why", async (_, why, spoil) => {
    const store = opened();
    await store.commit(change("c1"));
    await spoil();
    const outcome = await store.commit(change("c2")).catch(String);
    expect(outcome).toContain(why);
    expect(await logged(store)).toEqual(["c1"]);
    expect(await store.read(text("r"))).toMatchObject({ value: "c1" });
    expect(await store.find("", all)).toEqual(["c1"]);
  });

  test("to our password is told without the password", async () => {
    await server.run("CONFIG", "SET", "requirepass", "s3cret-right");
    const wrong = opened(`redis://:s3cret-wrong@127.0.0.1:${server.port}`);
    const said = await wrong.read(text("r")).catch(String);
    expect(said).toContain("Redis does not accept the user name or password in REDIS_URL");
    expect(said).not.toContain("s3cret");
    const unreadable = (): Store => opened("redis://:s3cret-wrong@[/");
    expect(unreadable).toThrow(
      /^REDIS_URL must be a redis:\/\/ or rediss:\/\/ address, e\.g\. rediss:\/\/redis\.example:6379$/,
    );
    await expect(opened().read(text("r"))).rejects.toThrow("Redis wants a password: REDIS_URL has none");
  });

  test("with a newer schema is refused by every verb, without a write", async () => {
    await server.run("SET", "{test}:schema", "2");
    const store = opened();
    const verbs = {
      read: () => store.read(text("r")),
      list: () => store.list(text(""), all),
      commit: () => store.commit(change("c1")),
      range: () => store.range(text("l"), { before: null, limit: 1 }),
      find: () => store.find("", all),
    };
    for (const ask of Object.values(verbs)) await expect(ask()).rejects.toThrow("a newer version of whatsrunning");
    expect(await store.durability()).toMatchObject({ durable: false });
    expect(await server.run("KEYS", "*")).toEqual(["{test}:schema"]);
  });
});

/** A folder where the dump should be. */
async function failToSave(): Promise<void> {
  await mkdir(join(server.folder, "dump.rdb", "in the way"), { recursive: true });
  await server.run("CONFIG", "SET", "save", "3600 1");
  await server.run("BGSAVE");
  await expect.poll(() => server.run("INFO", "persistence")).toContain("rdb_last_bgsave_status:err");
}
