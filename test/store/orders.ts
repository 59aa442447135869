import { describe, expect, test } from "vitest";
import { all, type Hands, noon, text } from "./given.ts";

/** What logs, the index and lists promise. */
export function keepsOrder(given: () => Hands): void {
  describe("a log", () => {
    test("tells what was in force just before a time", async () => {
      const hands = given();
      for (const [at, value] of [
        [100, "a"],
        [200, "b"],
        [300, "c"],
      ] as const)
        await append(hands, at, value);
      expect(await before(hands, 100)).toEqual([]);
      expect(await before(hands, 101)).toEqual(["a"]);
      expect(await before(hands, 200)).toEqual(["a"]);
      expect(await before(hands, noon)).toEqual(["c"]);
      expect(await before(hands, 300, 9)).toEqual(["b", "a"]);
    });

    test("keeps the order of what was appended, and gives each entry a time of its own", async () => {
      const hands = given();
      await hands.commit({
        append: [
          { log: text("l"), at: 200, value: "a" },
          { log: text("l"), at: 200, value: "b" },
          { log: text("other"), at: 1, value: "z" },
          { log: text("l"), at: 100, value: "c" },
        ],
      });
      await append(hands, 202, "d");
      await append(hands, 900, "e");
      expect(await hands.log("l")).toEqual([
        [900, "e"],
        [203, "d"],
        [202, "c"],
        [201, "b"],
        [200, "a"],
      ]);
      expect(await hands.log("other")).toEqual([[1, "z"]]);
    });

    test("pages back through hundreds", async () => {
      const hands = given();
      await hands.commit({
        append: Array.from({ length: 700 }, (_, at) => ({ log: text("l"), at: at + 1, value: `${at}` })),
      });
      const seen: string[] = [];
      for (let from: number | null = null; ;) {
        const page: readonly { at: number; value: string }[] = await hands.store.range(text("l"), {
          before: from,
          limit: 90,
        });
        seen.push(...page.map((it) => it.value));
        from = page.at(-1)?.at ?? null;
        if (page.length < 90) break;
      }
      expect(seen).toEqual(Array.from({ length: 700 }, (_, at) => `${699 - at}`));
    });

    test("keeps the entry in force at the horizon when it is trimmed", async () => {
      const hands = given();
      for (const [at, value] of [
        [100, "a"],
        [200, "b"],
        [300, "c"],
      ] as const)
        await append(hands, at, value);
      await hands.commit({ trim: [{ log: text("l"), horizon: 300 }] });
      expect(await hands.log("l")).toEqual([
        [300, "c"],
        [200, "b"],
      ]);
      await hands.commit({
        trim: [
          { log: text("l"), horizon: noon },
          { log: text("none"), horizon: noon },
        ],
      });
      expect(await hands.log("l")).toEqual([[300, "c"]]);
    });

    test("is trimmed after the entries of the same commit", async () => {
      const hands = given();
      await append(hands, 100, "a");
      await hands.commit({
        append: [{ log: text("l"), at: 200, value: "b" }],
        trim: [{ log: text("l"), horizon: 201 }],
      });
      expect(await hands.log("l")).toEqual([[200, "b"]]);
    });
  });

  describe("the index", () => {
    test("finds by the beginning, in the order of bytes", async () => {
      const hands = given();
      const add = [
        "digest/ab",
        "digest/ac",
        "digest/a",
        "digest/ä",
        "digest/a\u{1f600}",
        "digest/a\uffff",
        "digestive",
        "Digest/a",
      ];
      await hands.commit({ index: { add } });
      expect(await hands.store.find("digest/a", all)).toEqual([
        "digest/a",
        "digest/ab",
        "digest/ac",
        "digest/a\uffff",
        "digest/a\u{1f600}",
      ]);
      expect(await hands.store.find("digest/z", all)).toEqual([]);
      expect(await hands.store.find("", all)).toHaveLength(8);
    });

    test("pages through hundreds without a gap", async () => {
      const hands = given();
      const add = Array.from({ length: 650 }, (_, at) => `due/${at}`);
      await hands.commit({ index: { add: [...add, "dud", "duf"] } });
      const seen: string[] = [];
      for (let after: string | null = null; ;) {
        const page: readonly string[] = await hands.store.find("due/", { after, limit: 100 });
        seen.push(...page);
        after = page.at(-1) ?? null;
        if (page.length < 100) break;
      }
      expect(seen).toEqual(add.toSorted());
    });

    test("keeps a string that a commit drops and adds", async () => {
      const hands = given();
      await hands.commit({ index: { add: ["a"] } });
      await hands.commit({ index: { drop: ["a", "b"], add: ["a"] } });
      expect(await hands.store.find("", all)).toEqual(["a"]);
    });
  });

  describe("a list", () => {
    test("pages through hundreds and past those that have expired", async () => {
      const hands = given();
      const put = Array.from({ length: 450 }, (_, at) => ({
        key: text(`r/${at}`),
        value: `${at}`,
        ...(at % 3 === 0 ? {} : { expiresAt: noon + 1 }),
      }));
      await hands.commit({ put });
      hands.clock.at = noon + 1;
      const seen: string[] = [];
      for (let after: string | null = null; ;) {
        const page: readonly { key: { name: string } }[] = await hands.store.list(text("r/"), { after, limit: 40 });
        seen.push(...page.map((it) => it.key.name));
        after = page.at(-1)?.key.name ?? null;
        if (page.length < 40) break;
        expect(page).toHaveLength(40);
      }
      expect(seen).toEqual(Array.from({ length: 150 }, (_, at) => `r/${at * 3}`).toSorted());
    });

    test("starts at its prefix when what it should come after is before that", async () => {
      const hands = given();
      await hands.commit({
        put: ["a", "b", "c"].map((it) => ({ key: text(it), value: it })),
        index: { add: ["a", "b"] },
      });
      expect((await hands.store.list(text("b"), { after: "a", limit: 9 })).map((it) => it.value)).toEqual(["b"]);
      expect(await hands.store.find("b", { after: "a", limit: 9 })).toEqual(["b"]);
    });
  });
}

async function append(hands: Hands, at: number, value: string): Promise<void> {
  await hands.commit({ append: [{ log: text("l"), at, value }] });
}

async function before(hands: Hands, at: number, limit = 1): Promise<readonly string[]> {
  return (await hands.store.range(text("l"), { before: at, limit })).map((it) => it.value);
}
