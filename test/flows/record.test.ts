import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Claim } from "../../src/core/claims/claim.ts";
import { createRecording } from "../../src/flows/record.ts";
import type { Store } from "../../src/ports.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { at, claim, minute } from "../core/claims/given.ts";
import * as given from "../core/given.ts";
import { all, anything } from "../store/given.ts";
import { type RedisServer, startRedis } from "../store/redis-server.ts";

type Clock = { now: () => number };

let redis: RedisServer & AsyncDisposable;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

let ids = 0;
const newId = () => `r-${(ids += 1)}`;
const stores: Readonly<Record<string, (clock: Clock) => Store & AsyncDisposable>> = {
  SQLite: (clock) => createSqliteStore({ path: ":memory:", clock }),
  Redis: (clock) => createRedisStore({ url: redis.url, installation: `record-${newId()}`, clock }),
};

const day = 24 * 60 * minute;
const digest = given.digest("a");
const sought = { repository: claim().repository, digest, aliases: new Set<string>() };

describe.each(Object.entries(stores))("what pipelines claim, in %s,", (_, openStore) => {
  function open() {
    const clock = { at, now: () => clock.at };
    const store = openStore(clock);
    const recording = createRecording({ store, clock, newId });
    const accept = async (more: Partial<Claim> = {}) => recording.accept(claim(more));
    return { ...recording, clock, store, accept, [Symbol.asyncDispose]: async () => store[Symbol.asyncDispose]() };
  }

  test("is there for 400 days, and leaves nothing behind once others come", async () => {
    await using it = open();
    await it.accept({ commit: "a1b9f2e" });
    it.clock.at += 400 * day - 1;
    expect((await it.claimsOf(digest)).claims).toHaveLength(1);
    it.clock.at += 1;
    expect((await it.claimsOf(digest)).claims).toEqual([]);
    expect((await it.claimsFrom("a1b9f2e")).claims).toEqual([]);
    await it.accept({ digest: given.digest("b"), repository: "ghcr.io/acme/other" });
    expect(await it.store.find("", all)).toHaveLength(2);
    expect(JSON.stringify(await it.store.find("", all))).not.toContain(digest);
    expect(await it.store.list(anything(""), all)).toHaveLength(1);
  });

  test("is one claim when two replicas get it at the same time, each by its own clock", async () => {
    await using it = open();
    const later = createRecording({ store: it.store, clock: { now: () => at + minute }, newId });
    const [one, other] = await Promise.all([it.accept(), later.accept(claim())]);
    expect(one).toEqual(other);
    expect(await it.store.find("", all)).toHaveLength(2);
  });

  test("keeps what is proved beside what was said with the shared token", async () => {
    await using it = open();
    await Promise.all([it.accept(), it.accept(), it.accept({ actor: "alice" })]);
    expect((await it.claimsOf(digest)).claims).toHaveLength(2);
  });

  test("tells by time, and that there is more than it tells", async () => {
    await using it = open();
    for (const minutes of [3, 1, 2]) await it.accept({ at: at - minutes * minute });
    const { claims, complete } = await it.claimsOf(digest);
    expect([claims.map((claimed) => (at - (claimed.at ?? 0)) / minute), complete]).toEqual([[3, 2, 1], true]);
    await Promise.all(Array.from({ length: 200 }, (__, number) => it.accept({ actor: `bot-${number}` })));
    expect(await it.claimsOf(digest)).toMatchObject({ complete: false });
    expect((await it.wayOf(sought))?.missing).toBeNull();
  });

  test("makes the way of an image by all its digests", async () => {
    await using it = open();
    const other = given.digest("b");
    await it.accept();
    await it.accept({ digest: other, stage: "deployed", environment: "prod" });
    const way = await it.wayOf({ ...sought, aliases: new Set([other]) });
    expect(way?.steps.map((step) => step.stage)).toEqual(["built", "deployed"]);
    expect(way?.missing).toEqual({ stages: ["scanned"], since: at, certain: true });
  });

  test("has nothing to say about a repository without claims, and marks what is missing in one that has some", async () => {
    await using it = open();
    expect(await it.wayOf(sought)).toBeNull();
    await it.accept({ digest: given.digest("b") });
    const missing = { stages: ["built", "scanned"], since: at, certain: true };
    expect(await it.wayOf(sought)).toEqual({ steps: [], missing });
    expect(await it.wayOf({ ...sought, repository: "ghcr.io/acme/check" })).toBeNull(); // only the beginning of its name
  });

  test("is never said to be missing from before claims were kept", async () => {
    await using it = open();
    await it.accept({ digest: given.digest("b") });
    it.clock.at += 500 * day;
    expect((await it.wayOf(sought))?.missing?.since).toBe(at + 100 * day);
  });
});
