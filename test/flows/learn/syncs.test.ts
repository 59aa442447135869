import { describe, expect, test } from "vitest";
import type { Learnt } from "../../../src/core/check/material.ts";
import type { Sync } from "../../../src/core/provenance/sync.ts";
import { createSyncs } from "../../../src/flows/learn/syncs.ts";
import { workload } from "../../core/given.ts";

const kept = workload({ notes: { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/checkout" } });
const sync: Sync = { app: "shop", revision: null, repository: null, by: "alice", startedAt: null, at: 1 };

function start(answers: readonly (Learnt<readonly Sync[]> | Error)[]) {
  let time = 1_000_000;
  const told: string[] = [];
  const asked: string[] = [];
  const left = [...answers];
  const syncs = createSyncs({
    clusters: [
      {
        name: "prod-eu",
        syncing: {
          syncs: async (app) => {
            asked.push(app);
            const next = left.shift() ?? { kind: "known", value: [sync] };
            if (next instanceof Error) throw next;
            return next;
          },
        },
      },
    ],
    clock: { now: () => time },
    told: (it) => void told.push(it.name),
  });
  const settle = async () => {
    while ((await syncs.turn(new AbortController().signal)) === "worked");
  };
  return { ...syncs, settle, told, asked, later: (ms: number) => void (time += ms) };
}

describe("who started what Argo CD did", () => {
  test("is read once a workload of an Application is seen, and told when it is new", async () => {
    const bot = start([]);
    bot.seen(kept);
    bot.seen(kept);
    expect(bot.of(kept)).toEqual([]);
    await bot.settle();
    expect([bot.of(kept), bot.asked, bot.told]).toEqual([[sync], ["shop"], ["checkout"]]);
  });

  test("is read again when it changes, once a minute at most, and told only when it is another", async () => {
    const bot = start([]);
    bot.seen(kept);
    await bot.settle();
    bot.seen(kept);
    bot.later(59_000);
    await bot.settle();
    expect(bot.asked).toHaveLength(1);
    bot.later(2_000);
    await bot.settle();
    expect([bot.asked.length, bot.told.length]).toEqual([2, 1]);
  });

  test("is not asked about again soon where it may not be read", async () => {
    const bot = start([{ kind: "refused", because: "we are not allowed" }]);
    bot.seen(kept);
    await bot.settle();
    bot.seen(kept);
    bot.later(600_000);
    await bot.settle();
    expect([bot.asked.length, bot.told.length]).toEqual([1, 0]);
    bot.later(400_000);
    await bot.settle();
    expect(bot.of(kept)).toEqual([sync]);
  });

  test("is nothing where no Application keeps it, or the note is another object's", async () => {
    const bot = start([]);
    const copied = { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/search" };
    for (const it of [workload(), workload({ notes: copied })]) bot.seen(it);
    await bot.settle();
    expect(bot.asked).toEqual([]);
  });

  test("a fault of our own is not swallowed", async () => {
    const bot = start([new Error("broken")]);
    bot.seen(kept);
    await expect(bot.settle()).rejects.toThrow("broken");
  });
});
