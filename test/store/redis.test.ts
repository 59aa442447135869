import { afterAll, beforeAll, describe } from "vitest";
import { createRedisStore } from "../../src/store/redis.ts";
import { conforms } from "./conformance.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

describe("a store in Redis", () => {
  let server: RedisServer & AsyncDisposable;
  let installations = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  conforms((clock) => createRedisStore({ url: server.url, installation: `test-${(installations += 1)}`, clock }));
});
