import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Claim } from "../../../src/core/claims/claim.ts";
import type { Sighting } from "../../../src/core/image/sighting.ts";
import { createOrigins } from "../../../src/flows/learn/origins.ts";
import { createRecording } from "../../../src/flows/record.ts";
import { createSqliteStore } from "../../../src/store/sqlite.ts";
import { claim } from "../../core/claims/given.ts";
import { digest, workload } from "../../core/given.ts";

const [index, manifest] = [digest("a"), digest("b")];
let time = Date.UTC(2026, 10, 24);
const clock = { now: () => time, sleep: async () => {} };
let store: ReturnType<typeof createSqliteStore>;
let ids = 0;
const newId = () => `commit-${(ids += 1)}`;

beforeEach(() => {
  store = createSqliteStore({ path: ":memory:", clock });
});
afterEach(async () => store[Symbol.asyncDispose]());

const prod = { name: "prod", aliases: ["production"], places: [{ cluster: "prod-eu", namespaces: ["shop"] }] };
const staging = { name: "staging", aliases: [], places: [{ cluster: "prod-eu", namespaces: ["staging"] }] };

function start(environments = [prod, staging]) {
  const told: string[] = [];
  const wanted: Sighting[] = [];
  const recording = createRecording({ store, clock, newId });
  const origining = createOrigins({
    recording,
    store,
    environments,
    relatives: (it) => (it === manifest ? new Set([manifest, index]) : null),
    labelled: () => null,
    syncs: { seen: () => {}, of: () => [] },
    wants: (it) => void wanted.push(it),
    clock,
    told: (it) => void told.push(it.name),
  });
  const claims = (it: string) => origining.origins(it, workload())?.claims ?? [];
  const settle = async () => {
    time += 2_000;
    while ((await origining.turn(new AbortController().signal)) === "worked");
  };
  const accept = async (given: Partial<Claim>) => {
    const { receivedAt: _, ...said } = claim(given);
    return recording.accept(said);
  };
  return { ...origining, told, wanted, claims, settle, accept };
}

describe("what was claimed about an image", () => {
  test("is at hand once the image was seen to run", async () => {
    const bot = start();
    await bot.accept({ digest: index, stage: "built" });
    expect(bot.claims(index)).toEqual([]);
    bot.seen(workload(), [index]);
    await bot.settle();
    expect(bot.claims(index).map((it) => it.stage)).toEqual(["built"]);
    expect(bot.told).toEqual(["checkout"]);
  });

  test("under any of its names", async () => {
    const bot = start();
    await bot.accept({ digest: index, stage: "built" });
    bot.seen(workload(), [manifest]);
    await bot.settle();
    expect(bot.claims(manifest).map((it) => it.digest)).toEqual([index]);
  });

  test("comes later too, through whichever replica", async () => {
    const [bot, other] = [start(), start()];
    bot.seen(workload(), [index]);
    await bot.settle();
    expect(bot.told).toEqual([]);
    await other.accept({ digest: index, stage: "built" });
    await other.accept({ digest: digest("f"), stage: "built" });
    await bot.settle();
    expect(bot.claims(index).map((it) => it.stage)).toEqual(["built"]);
    expect(bot.told).toEqual(["checkout"]);
    expect(bot.wanted.map((it) => it.digest).toSorted()).toEqual([index, digest("f")].toSorted());
    await bot.settle();
    expect(bot.told).toEqual(["checkout"]);
    expect(bot.claims(index)).toHaveLength(1);
  });

  test.each([
    ["here", "prod", [prod, staging], "alice"],
    ["here, by another name of it", "Production", [prod, staging], "alice"],
    ["elsewhere", "staging", [prod, staging], null],
    ["where nobody knows", "qa", [prod, staging], null],
    ["anywhere, where there are several", null, [prod, staging], null],
    ["anywhere, where there is only one", null, [prod], "alice"],
  ])("who deployed it %s", async (_, environment, environments, actor) => {
    const bot = start(environments);
    bot.seen(workload(), [index]);
    await bot.accept({ digest: index, stage: "deployed", environment, actor: "alice" });
    await bot.settle();
    expect(bot.claims(index).map((it) => it.actor)).toEqual([actor]);
  });
});
