import { describe, expect, test } from "vitest";
import type { ChangesAnswer, HistoryAnswer } from "../../src/core/past/answer.ts";
import * as given from "../core/given.ts";
import { life } from "../core/ledger/releases.ts";
import { viewOf } from "../core/look.ts";
import { remembered } from "./remembered.ts";

const { now, hour, minute, digest } = given;
const [monday, tuesday, wednesday] = [now - 72 * hour, now - 48 * hour, now - 24 * hour];
const checkout = life(
  {},
  { at: monday, digest: digest("a"), commit: "aaaa111" },
  { at: tuesday, digest: digest("b"), commit: "bbbb222" },
  { at: wednesday, digest: digest("a"), kind: "rollback", tag: "1.1.0" },
);
const where = (what: string) => ({ kind: "where", what }) as const;

function runningOn(cluster: string, runs: string) {
  const revision = given.revision(1, { cluster });
  return [given.workload({ cluster }), revision, ...given.pods(3, revision, { digest: runs })];
}

const zone = "Europe/Berlin";

describe("what ran at a time", () => {
  const at = { kind: "at", service: "checkout", environment: "prod", zone } as const;

  test("is the last release that had begun by then", async () => {
    const { ask } = await remembered([checkout]);
    const running = async (time: number) => {
      const { found } = await ask({ ...at, at: time });
      return found.map(({ was }) => (was.kind === "ran" ? was.release.revision.number : was.kind));
    };
    expect(await running(monday)).toEqual([1]);
    expect(await running(tuesday - 1)).toEqual([1]);
    expect(await running(tuesday)).toEqual([2]);
    expect(await running(now)).toEqual([3]);
  });

  test("is not known from before the ledger begins, and it says when that is", async () => {
    const { ask } = await remembered([checkout]);
    const { found } = await ask({ ...at, at: monday - 1 });
    expect(found).toMatchObject([{ was: { kind: "not known", first: monday } }]);
  });

  test("is uncertain while nobody was looking", async () => {
    const missed = life({}, { at: monday }, { at: wednesday, notBefore: tuesday });
    const { ask } = await remembered([missed]);
    const until = { at: wednesday, notBefore: tuesday };
    expect((await ask({ ...at, at: tuesday })).found).toMatchObject([{ was: { kind: "ran", until } }]);
    expect((await ask({ ...at, at: tuesday - 1 })).found).toMatchObject([{ was: { kind: "ran", until: null } }]);
    expect((await ask({ ...at, at: wednesday })).found).toMatchObject([{ was: { kind: "ran", until: null } }]);
  });

  test("is nothing once the workload was gone", async () => {
    const { ask } = await remembered([life({}, { at: monday, goneAt: tuesday })]);
    expect((await ask({ ...at, at: now })).found).toMatchObject([{ was: { kind: "gone" } }]);
    expect((await ask({ ...at, at: monday + 1 })).found).toMatchObject([{ was: { kind: "ran" } }]);
  });

  test("is told for each workload of that name in that environment only", async () => {
    const elsewhere = life({ cluster: "uid-staging" }, { at: monday });
    const otherNamespace = life({ namespace: "secret" }, { at: monday });
    const us = life({ cluster: "uid-prod-us", namespace: "shop-us" }, { at: monday });
    const { ask } = await remembered([checkout, elsewhere, otherNamespace, us]);
    const { found } = await ask({ ...at, at: now });
    expect(found.map((it) => [it.cluster, it.subject.namespace])).toEqual([
      ["prod-eu", "shop"],
      ["prod-us", "shop-us"],
    ]);
  });
});

describe("history", () => {
  const history = { kind: "history", service: "checkout", environment: "prod", before: null } as const;
  const many = life({}, ...Array.from({ length: 34 }, (_, index) => ({ at: monday + index * minute })));

  test("is newest first, each with what came before it", async () => {
    const { ask } = await remembered([checkout]);
    const { rows, older } = await ask(history);
    expect(rows.map((it) => [it.release.revision.number, it.before?.revision.number ?? null])).toEqual([
      [3, 2],
      [2, 1],
      [1, null],
    ]);
    expect(rows.map((it) => it.release.end?.by ?? null)).toEqual([null, "rollback", "deploy"]);
    expect(older).toBeNull();
  });

  test("comes in pages that leave nothing out and repeat nothing", async () => {
    const us = life(
      { cluster: "uid-prod-us" },
      ...Array.from({ length: 34 }, (_, index) => ({ at: monday + index * minute })),
    );
    const { ask } = await remembered([many, us]);
    const told: string[] = [];
    for (let before: number | null = null; ;) {
      const page: HistoryAnswer = await ask({ ...history, before });
      told.push(...page.rows.map((it) => `${it.cluster}/${it.release.revision.number}`));
      if (page.older === null) break;
      before = page.older;
    }
    expect(told.length).toBe(68);
    expect(new Set(told).size).toBe(68);
  });

  test("of a name that nothing ever had is empty", async () => {
    const { ask } = await remembered([checkout]);
    expect(await ask({ ...history, service: "chekout" })).toMatchObject({ rows: [], workloads: 0 });
  });
});

describe("where", () => {
  test("finds what a digest runs now by its live pods, and what it ran before", async () => {
    const revision = given.revision(3);
    const view = viewOf([given.workload(), revision, ...given.pods(3, revision, { digest: digest("a") })]);
    const { ask } = await remembered([checkout], { view });
    const found = await ask(where(digest("a").slice(0, 20)));
    expect(found.as).toBe("digest");
    expect(found.now.map((it) => it.release.revision.number)).toEqual([3]);
    expect(found.before.map((it) => it.release.revision.number)).toEqual([1]);
    expect((await ask(where("bbbbbbb"))).before.map((it) => it.release.revision.number)).toEqual([2]);
  });

  test("does not say that a digest runs which only the release in force once ran", async () => {
    const { ask } = await remembered([checkout], { view: viewOf([given.workload(), given.revision(3)]) });
    expect((await ask(where("aaaaaaaaaa"))).now).toEqual([]);
  });

  test("finds commits by how they begin, and tags", async () => {
    const { ask } = await remembered([checkout]);
    expect(await ask(where("bbbb22"))).toMatchObject({
      as: "commit",
      before: [{ release: { revision: { number: 2 } } }],
    });
    expect(await ask(where("1.2.0"))).toMatchObject({ as: "tag", before: [{ release: { revision: { number: 2 } } }] });
    expect(await ask(where("1.1.0"))).toMatchObject({ as: "tag", matches: ["1.1.0"], now: [{}], before: [{}] });
    expect((await ask(where("1."))).matches).toEqual(["1.1.0", "1.2.0"]);
  });

  test("finds nothing of what never ran", async () => {
    const { ask } = await remembered([checkout]);
    expect(await ask(where("sha256:cccccccc"))).toMatchObject({ now: [], before: [], matches: [] });
  });
});

describe("changes", () => {
  const changes = { kind: "changes", environment: "prod", minutes: 60, after: null } as const;

  test("are those of the last minutes, newest first, of that environment", async () => {
    const search = life({ name: "search" }, { at: monday }, { at: now - 50 * minute });
    const cart = life({ name: "cart" }, { at: now - 10 * minute });
    const staging = life({ name: "cart", cluster: "uid-staging" }, { at: now - 5 * minute });
    const { ask } = await remembered([checkout, search, cart, staging]);
    const { rows, after } = await ask(changes);
    expect(rows.map((it) => it.release.service)).toEqual(["cart", "search"]);
    expect(rows[1]?.before?.start.at).toBe(monday);
    expect(after).toBeNull();
  });

  test("come in pages", async () => {
    const lives = Array.from({ length: 25 }, (_, index) =>
      life({ name: `service-${index}` }, { at: now - index * minute }),
    );
    const { ask } = await remembered(lives);
    const told: string[] = [];
    for (let after: string | null = null; ;) {
      const page: ChangesAnswer = await ask({ ...changes, after });
      told.push(...page.rows.map((it) => it.release.service));
      if (page.after === null) break;
      after = page.after;
    }
    expect(told).toEqual(Array.from({ length: 25 }, (_, index) => `service-${index}`));
  });
});

describe("diff", () => {
  const diff = { kind: "diff", from: "staging", to: "prod", page: 0 } as const;

  async function relation(staging: string, prod: string, ...lives: Parameters<typeof remembered>[0]) {
    const { ask } = await remembered(lives, {
      view: viewOf([...runningOn("staging", staging), ...runningOn("prod-eu", prod)]),
    });
    return (await ask(diff)).rows.map((it) => [it.service, it.relation]);
  }

  const staged = life(
    { cluster: "uid-staging" },
    { at: monday, digest: digest("a") },
    { at: tuesday, digest: digest("b") },
  );

  test("says same, also where the tags differ", async () => {
    expect(await relation(digest("a"), digest("a"))).toEqual([["checkout", "same"]]);
  });

  test("says behind when production runs what staging ran before", async () => {
    expect(await relation(digest("b"), digest("a"), staged)).toEqual([["checkout", "behind"]]);
  });

  test("says ahead when staging runs what production ran before", async () => {
    const prod = life({}, { at: monday, digest: digest("b") }, { at: tuesday, digest: digest("c") });
    expect(await relation(digest("b"), digest("c"), prod)).toEqual([["checkout", "ahead"]]);
  });

  test("says different when neither ran the other's", async () => {
    expect(await relation(digest("b"), digest("c"), staged)).toEqual([["checkout", "different"]]);
  });

  test("says where a service is missing", async () => {
    const { ask } = await remembered([], { view: viewOf(runningOn("staging", digest("a"))) });
    expect((await ask(diff)).rows).toMatchObject([{ service: "checkout", relation: "only here", to: null }]);
  });
});
