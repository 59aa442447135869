import { describe, expect, test } from "vitest";
import { createAsking } from "../../../src/flows/ask.ts";
import { createRecording } from "../../../src/flows/record.ts";
import { createWays } from "../../../src/flows/answer/ways.ts";
import { createRedisStore } from "../../../src/store/redis.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { claim } from "../../core/claims/given.ts";
import * as given from "../../core/given.ts";
import { viewOf } from "../../core/look.ts";
import { startRedis } from "../../store/redis-server.ts";
import { recallsNothing } from "../remembered.ts";

const clock = { now: () => given.now, sleep: async () => {} };
const revision = given.revision(1);

function asking(recording: Parameters<typeof createWays>[0]["recording"], waitMs?: number) {
  return createAsking({
    view: viewOf([given.workload(), revision, ...given.pods(3, revision)]),
    clusters: [],
    environments: [{ name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: ["shop"] }] }],
    default: "prod",
    links: {},
    aliases: given.noAliases,
    recall: recallsNothing,
    clock,
    waysOf: createWays({ recording, ...(waitMs !== undefined && { waitMs }) }),
  });
}

let ids = 0;
const newId = () => `w-${(ids += 1)}`;
const unread = "what pipelines say could not be read in time";

describe("an answer", () => {
  test("has the way of the digest that runs, and the mark of one that nobody built", async () => {
    await using store = createSqliteStore({ path: ":memory:", clock });
    const recording = createRecording({ store, clock, newId });
    const { ask } = asking(recording);
    const before = await ask("checkout");
    expect(JSON.stringify(before)).not.toMatch(/Pipelines say|never built/);

    await recording.accept(claim({ digest: given.digest("b") }));
    expect((await ask("checkout")).text).toMatch(/ It was perhaps never built by us, never scanned by us: /);

    await recording.accept(claim());
    const after = await ask("checkout");
    expect(JSON.stringify(after)).toContain("Pipelines say: built");
    expect(after.text).toMatch(/ It was perhaps never scanned by us: /);
  });

  test.each([500, 10_000])(
    "goes on without it, and says so, while the store is down: waits %i ms at most",
    async (waitMs) => {
      await using redis = await startRedis();
      await using store = createRedisStore({ url: redis.url, clock });
      const { ask } = asking(createRecording({ store, clock, newId }), waitMs);
      expect(JSON.stringify(await ask("checkout"))).not.toContain(unread);
      await redis.kill();
      const answer = await ask("checkout");
      expect(answer.text).toMatch(/^checkout in prod: all 3 pods run/);
      expect(JSON.stringify(answer)).toContain(unread);
    },
  );

  test("does not wait for a store that hangs", async () => {
    await using redis = await startRedis();
    await using store = createRedisStore({ url: redis.url, clock });
    const { ask } = asking(createRecording({ store, clock, newId }), 50);
    await ask("checkout");
    redis.signal("SIGSTOP");
    const began = performance.now();
    const answer = await ask("checkout");
    expect(performance.now() - began).toBeLessThan(500);
    expect(JSON.stringify(answer)).toContain(unread);
    redis.signal("SIGCONT");
  });
});
