import { describe, expect, test } from "vitest";
import type { ClusterRecord, Revision, Workload } from "../../src/core/workload.ts";
import { records } from "../../src/records.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import * as given from "../core/given.ts";
import { startRedis } from "../store/redis-server.ts";
import { subject } from "../core/ledger/story.ts";
import { allResources } from "../core/look.ts";
import { createWorld } from "./observed.ts";

const { now, minute, hour } = given;
const never = new AbortController().signal;
const one = given.revision(1, { template: given.template(given.image("1.4.2")) });
const two = given.revision(2, { template: given.template(given.image("1.5.0")) });
const back = { ...one, number: 3, returned: true };
function running(...revisions: readonly [Revision, ...Revision[]]): readonly ClusterRecord[] {
  const current = revisions.at(-1) ?? revisions[0];
  return [workloadOf(current), ...revisions, ...given.pods(3, current)];
}

function workloadOf(current: Revision): Workload {
  return given.workload({ template: current.template });
}

describe("observing a cluster", () => {
  test("writes nothing before the cluster was listed whole", async () => {
    const { start, history } = createWorld();
    const { put, settle } = start();
    put(...running(one));
    await settle();
    expect(await history()).toEqual([]);
  });

  test("writes each release once, as it comes", async () => {
    const { start, history, later } = createWorld();
    const { list, put, settle } = start();
    list(...running(one));
    await settle();
    later(minute);
    put(...running(one, two));
    await settle();
    put(...running(one, two));
    await settle();
    expect((await history()).map((it) => [it.revision.number, it.end?.by ?? null])).toEqual([
      [1, "deploy"],
      [2, null],
    ]);
  });

  test("does not take a half-read list for the truth", async () => {
    const { start, history, later } = createWorld();
    const { list, put, speak, settle } = start();
    list(...running(one));
    await settle();
    speak("lost");
    later(hour);
    const three = given.revision(3, { template: given.template(given.image("1.6.0")) });
    put(workloadOf(three), three); // the second one is on a later page
    await settle();
    expect(await history()).toHaveLength(1);
    list(...running(one, two, three));
    await settle();
    expect((await history()).map((it) => it.revision.number)).toEqual([1, 2, 3]);
  });

  test("says in which time something was missed", async () => {
    const { start, history, later } = createWorld();
    const before = start();
    before.list(...running(one, two));
    await before.settle();
    later(minute);
    before.speak("heard");
    await before.settle();
    later(2 * hour);
    const after = start();
    after.list(...running(two, back));
    await after.settle();
    expect((await history()).at(-1)).toMatchObject({
      kind: "rollback",
      start: { at: now + minute + 2 * hour, notBefore: now + minute },
    });
  });

  test("writes down what was deleted while nobody looked", async () => {
    const { start, history, later } = createWorld();
    const before = start();
    before.list(...running(one));
    await before.settle();
    later(hour);
    const after = start();
    after.list();
    await after.settle();
    expect((await history()).at(-1)?.end).toEqual({ at: now + hour, notBefore: now, because: "gone", by: null });
  });

  test("writes down what is deleted before its eyes", async () => {
    const { start, history, later } = createWorld();
    const { list, view, settle } = start();
    list(...running(one));
    await settle();
    later(minute);
    view.apply({ kind: "gone", what: "workload", cluster: "prod-eu", uid: "deployment-checkout" });
    await settle();
    expect((await history()).at(-1)?.end).toEqual({ at: now + minute, notBefore: null, because: "gone", by: null });
  });

  test("writes down what was deleted while its watch was lost", async () => {
    const { start, history, later } = createWorld();
    const { list, speak, settle } = start();
    list(...running(one));
    await settle();
    speak("lost");
    await settle();
    later(minute);
    list();
    await settle();
    expect((await history()).at(-1)?.end).toEqual({ at: now + minute, notBefore: now, because: "gone", by: null });
  });

  test("mends a ledger that lost its end, with the first list after an hour", async () => {
    const { start, store, history, later } = createWorld();
    const { list, speak, settle } = start();
    list(...running(one));
    await settle();
    const kept = await store.read(records.current(subject));
    await store.commit({ id: "failed-over", remove: [records.current(subject)] });
    expect(await history()).toEqual([]);
    for (const after of [minute, hour]) {
      later(after);
      speak("lost");
      await settle();
      list(...running(one));
      await settle();
    }
    expect((await history()).map((it) => it.revision)).toEqual([kept?.value.revision]);
  });

  test("says the same from two bots on one store", async () => {
    const { start, history } = createWorld();
    const bots = [start(), start(), start()];
    for (const { list } of bots) list(...running(one));
    await Promise.all(bots.map((it) => it.settle()));
    for (const { put } of bots) put(...running(one, two));
    await Promise.all(bots.map((it) => it.settle()));
    expect((await history()).map((it) => it.revision.number)).toEqual([1, 2]);
  });

  test("comes back to a pod that cannot be placed, though nothing tells of it again", async () => {
    const { start, history, later } = createWorld();
    const { list, settle } = start();
    const pending = given.pod(one, { digest: null, unschedulable: "0/3 nodes are available", createdAt: now });
    list(
      given.workload({ template: one.template, replicas: 1, counts: given.counts(1, { ready: 0, available: 0 }) }),
      one,
      pending,
    );
    await settle();
    expect((await history()).at(-1)?.outcome).toMatchObject({ state: "pending" });
    later(61_000);
    await settle();
    expect((await history()).at(-1)?.outcome).toMatchObject({ state: "failed", because: { reason: "Unschedulable" } });
  });

  describe("of which it may not read StatefulSets", () => {
    const readable = allResources.filter((it) => it !== "statefulsets");
    const database = { ...subject, kind: "StatefulSet", name: "postgres" } as const;
    const set = given.workload({ kind: "StatefulSet", name: "postgres", uid: "postgres", template: one.template });
    const ordinal = { ...one, owner: "postgres", uid: "postgres-1", podLabel: "postgres-1" };

    test("writes down the rest", async () => {
      const { start, history } = createWorld();
      const { listOnly, speak, settle } = start();
      speak("denied", ["statefulsets"]);
      listOnly(readable, ...running(one));
      await settle();
      expect(await history()).toHaveLength(1);
    });

    test("does not take what it may no longer read for deleted", async () => {
      const { start, history, later } = createWorld();
      const before = start();
      before.list(set, ordinal);
      await before.settle();
      expect(await history(database)).toMatchObject([{ end: null }]);
      later(hour);
      const after = start();
      after.speak("denied", ["statefulsets"]);
      after.listOnly(readable);
      await after.settle();
      expect(await history(database)).toMatchObject([{ end: null }]);
    });

    test("knows that nobody looked at them, once it may read them again", async () => {
      const { start, history, later } = createWorld();
      const before = start();
      before.list(set, ordinal);
      await before.settle();
      later(hour);
      const without = start();
      without.speak("denied", ["statefulsets"]);
      without.listOnly(readable);
      await without.settle();
      later(hour);
      const after = start();
      after.list();
      await after.settle();
      const [release] = await history(database);
      expect(release?.end).toMatchObject({ at: now + 2 * hour, because: "gone" });
      expect(release?.end?.notBefore).toBeLessThanOrEqual(now);
    });
  });

  test("does not call a release never healthy whose end came while the store was away", async () => {
    await using redis = await startRedis();
    const { start, history, later } = createWorld((clock) => createRedisStore({ url: redis.url, clock }));
    const { list, put, settle, turn } = start();
    const starting = { ready: 0, available: 0, updated: 3, total: 3 };
    list(
      given.workload({ template: one.template, counts: given.counts(3, starting) }),
      one,
      ...given.pods(3, one, { ready: false }),
    );
    await expect.poll(async () => settle().then(() => "written", String)).toBe("written");
    expect((await history()).at(-1)?.outcome).toEqual({ state: "pending" });
    await redis.kill();
    later(10_000);
    put(...running(one));
    await expect(turn(never)).rejects.toThrow(/Redis/);
    later(10_000);
    put(...running(one, { ...two, createdAt: now + 20_000 }));
    await redis.restart();
    await expect.poll(async () => settle().then(() => "written", String)).toBe("written");
    const [first] = await history();
    expect(first).toMatchObject({ outcome: { state: "unseen" }, end: { at: now + 20_000 } });
  });

  test("keeps in mind what it could not write while the store was down", async () => {
    await using redis = await startRedis();
    const { start, history } = createWorld((clock) => createRedisStore({ url: redis.url, clock }));
    const { list, put, settle, turn } = start();
    list(...running(one));
    await expect.poll(async () => settle().then(() => "written", String)).toBe("written");
    await redis.kill();
    put(...running(one, two));
    await expect(turn(never)).rejects.toThrow(/Redis/);
    await redis.restart();
    await expect.poll(async () => settle().then(() => "written", String)).toBe("written");
    expect((await history()).map((it) => it.revision.number)).toEqual([1, 2]);
  });
});
