import { describe, expect, test } from "vitest";
import { all, type Hands, hour, noon, text } from "./given.ts";

/** What a commit promises. */
export function keepsCommits(given: () => Hands): void {
  describe("one commit", () => {
    test("changes everything that it names", async () => {
      const hands = given();
      await hands.commit({ put: [{ key: text("old"), value: "1" }], index: { add: ["due/1"] } });
      const outcome = await hands.store.commit({
        id: "second",
        expect: [{ key: text("old"), version: "c1" }],
        put: [{ key: text("new"), value: "2" }],
        remove: [text("old")],
        append: [{ log: text("ledger"), at: noon, value: "shipped" }],
        index: { drop: ["due/1"], add: ["due/2"] },
      });
      expect(outcome).toBe("done");
      expect(await hands.value("old")).toBeNull();
      expect(await hands.store.read(text("new"))).toMatchObject({
        value: "2",
        version: "second",
        key: { name: "new" },
      });
      expect(await hands.log("ledger")).toEqual([[noon, "shipped"]]);
      expect(await hands.store.find("due/", all)).toEqual(["due/2"]);
    });

    test.each([
      ["a record that another commit wrote since", "mine", "stale"],
      ["a record that is there and must not be", "mine", null],
      ["a record that is not there", "absent", "c1"],
    ])("changes nothing when it expects %s otherwise", async (_, name, version) => {
      const hands = given();
      await hands.commit({
        put: [{ key: text("mine"), value: "1" }],
        append: [{ log: text("ledger"), at: noon, value: "1" }],
        index: { add: ["a"] },
      });
      const outcome = await hands.commit({
        expect: [
          { key: text("mine"), version: "c1" },
          { key: text(name), version },
        ],
        put: [
          { key: text("mine"), value: "2" },
          { key: text("more"), value: "2" },
        ],
        append: [{ log: text("ledger"), at: noon + 1, value: "2" }],
        index: { drop: ["a"], add: ["b"] },
        trim: [{ log: text("ledger"), horizon: noon + 9 }],
      });
      expect(outcome).toBe("conflict");
      expect(await hands.value("mine")).toBe("1");
      expect(await hands.value("more")).toBeNull();
      expect(await hands.log("ledger")).toEqual([[noon, "1"]]);
      expect(await hands.store.find("", all)).toEqual(["a"]);
    });

    test("counts once when it is sent again, also after others went on from it", async () => {
      const hands = given();
      const change = {
        id: "mine",
        expect: [{ key: text("r"), version: null }],
        put: [{ key: text("r"), value: "mine" }],
        append: [{ log: text("ledger"), at: noon, value: "mine" }],
        index: { add: ["a"] },
      };
      expect(await hands.store.commit(change)).toBe("done");
      expect(await hands.store.commit(change)).toBe("done");
      await hands.commit({ put: [{ key: text("r"), value: "theirs" }], index: { drop: ["a"] } });
      expect(await hands.store.commit(change)).toBe("done");
      expect(await hands.value("r")).toBe("theirs");
      expect(await hands.log("ledger")).toEqual([[noon, "mine"]]);
      expect(await hands.store.find("", all)).toEqual([]);
    });

    test("may be tried again when it was a conflict", async () => {
      const hands = given();
      const change = {
        id: "mine",
        expect: [{ key: text("gate"), version: "open" }],
        put: [{ key: text("r"), value: "1" }],
      };
      expect(await hands.store.commit(change)).toBe("conflict");
      await hands.store.commit({ id: "open", put: [{ key: text("gate"), value: "" }] });
      expect(await hands.store.commit(change)).toBe("done");
    });

    test("is done once out of 200 on the same version", async () => {
      const hands = given();
      await hands.put("r", "start");
      const attempts = Array.from({ length: 200 }, (_, at) =>
        hands.commit({
          expect: [{ key: text("r"), version: "c1" }],
          put: [{ key: text("r"), value: `${at}` }],
          append: [{ log: text("winners"), at: noon, value: `${at}` }],
        }),
      );
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter((it) => it === "done")).toHaveLength(1);
      const winner = `${outcomes.indexOf("done")}`;
      expect(await hands.value("r")).toBe(winner);
      expect(await hands.log("winners")).toEqual([[noon, winner]]);
    });
  });

  describe("a record that expires", () => {
    const expiring = { key: text("seen"), value: "x", expiresAt: noon + 1000 };

    test("is absent from that millisecond on, for every verb", async () => {
      const hands = given();
      await hands.commit({ put: [expiring] });
      hands.clock.at = noon + 999;
      expect(await hands.value("seen")).toBe("x");
      hands.clock.at = noon + 1000;
      expect(await hands.value("seen")).toBeNull();
      expect(await hands.store.list(text(""), all)).toEqual([]);
      expect(await hands.commit({ expect: [{ key: text("seen"), version: "c1" }] })).toBe("conflict");
      expect(await hands.commit({ expect: [{ key: text("seen"), version: null }] })).toBe("done");
    });

    test("stays when it is put again without an end", async () => {
      const hands = given();
      await hands.commit({ put: [expiring] });
      await hands.put("seen", "y");
      hands.clock.at = noon + 3 * hour;
      await hands.put("other", "sweeps");
      expect(await hands.value("seen")).toBe("y");
      expect(await hands.store.list(text("s"), all)).toHaveLength(1);
    });

    test("may come back under its name, also after it was swept", async () => {
      const hands = given();
      await hands.commit({ put: [expiring] });
      hands.clock.at = noon + 3 * hour;
      await hands.put("other", "sweeps");
      expect(
        await hands.commit({
          expect: [{ key: text("seen"), version: null }],
          put: [{ ...expiring, expiresAt: noon + 9 * hour }],
        }),
      ).toBe("done");
      expect(await hands.value("seen")).toBe("x");
      expect(await hands.store.list(text("s"), all)).toHaveLength(1);
    });
  });
}
