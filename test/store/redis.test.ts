import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRedisStore } from "../../src/store/redis.ts";
import { conforms } from "./conformance.ts";
import { hour, noon, text } from "./given.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

describe("a store in Redis", () => {
  let server: RedisServer & AsyncDisposable;
  let installations = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  conforms((clock) => createRedisStore({ url: server.url, installation: `test-${(installations += 1)}`, clock }));

  test("leaves nothing behind of records that are removed or have expired", async () => {
    let now = noon;
    await using store = createRedisStore({ url: server.url, installation: "clean", clock: { now: () => now } });
    const kept = { key: text("kept"), value: "" };
    await store.commit({
      id: "c1",
      put: [kept, { key: text("removed"), value: "" }, { key: text("withdrawn"), value: "", expiresAt: noon + hour }],
    });
    await store.commit({
      id: "c2",
      remove: [text("removed"), text("withdrawn")],
      put: [{ key: text("gone"), value: "", expiresAt: noon + 1 }],
    });
    expect(await server.run("ZRANGE", "{clean}:e", "0", "-1")).toEqual(["gone"]);
    expect(await server.run("PTTL", "{clean}:r:gone")).toBeGreaterThan(hour / 2); // Redis clears it away by itself
    expect(await server.run("PTTL", "{clean}:r:kept")).toBe(-1);
    now += 3 * hour;
    await store.commit({ id: "c3" });
    expect(await server.run("ZRANGE", "{clean}:r", "0", "-1")).toEqual(["kept"]);
    expect(await server.run("EXISTS", "{clean}:e", "{clean}:r:removed", "{clean}:r:withdrawn")).toBe(0);
  });
});
