import { describe, expect, test } from "vitest";
import { z } from "zod";
import { all, anything, type Hands, noon, text } from "./given.ts";

/** Any text is a name, and what is kept comes back as it was or not at all. */
export function keepsNames(given: () => Hands): void {
  describe("names and values", () => {
    const strange = [
      " ",
      "a b",
      "*",
      "%",
      "_",
      "[a",
      "(a",
      "+",
      "-",
      "'\"`",
      "\\",
      "{other}:r:x",
      "\n",
      "a\0b",
      "é",
      "e\u0301",
      "\u{1f600}",
      "\u{10ffff}z",
      "__proto__",
      "r",
      "0",
    ];

    test("may be any text", async () => {
      const hands = given();
      for (const it of strange) {
        await hands.commit({
          put: [{ key: text(it), value: it }],
          append: [{ log: text(it), at: noon, value: it }],
          index: { add: [it] },
        });
      }
      for (const it of strange) {
        expect(await hands.value(it)).toBe(it);
        expect(await hands.log(it)).toEqual([[noon, it]]);
        expect(await hands.store.find(it, all)).toContain(it);
        expect((await hands.store.list(text(it), all)).map((found) => found.key.name)).toContain(it);
      }
      const inOrder = strange.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await hands.store.find("", all)).toEqual(inOrder);
    });

    test.each([
      [0],
      [""],
      [null],
      [false],
      [{ __proto__: null, a: [1.5, { b: "\u2028\0" }] }],
      [Number.MAX_SAFE_INTEGER],
    ])("keep the value %j", async (value) => {
      const hands = given();
      const key = anything("v");
      await hands.commit({ put: [{ key, value }], append: [{ log: key, at: 1, value }] });
      expect((await hands.store.read(key))?.value).toEqual(value);
      expect((await hands.store.range(key, { before: null, limit: 1 }))[0]?.value).toEqual(value);
    });

    test("that cannot be read back are not kept", async () => {
      const hands = given();
      const key = { name: "plan/1", parse: (it: unknown) => z.object({ n: z.number() }).parse(it) };
      for (const value of [{ n: Number.NaN }, { n: "1" }, undefined]) {
        await expect(
          hands.commit({
            put: [
              { key: text("a"), value: "a" },
              { key, value },
            ],
          }),
        ).rejects.toThrow("plan/1");
      }
      expect(await hands.value("a")).toBeNull();
    });

    test("that are not what they should be are a fault that names the key", async () => {
      const hands = given();
      await hands.commit({
        put: [{ key: anything("plan/1"), value: 7 }],
        append: [{ log: anything("l/1"), at: 1, value: 7 }],
      });
      await expect(hands.store.read(text("plan/1"))).rejects.toThrow(
        "what is stored as plan/1 is not what it should be",
      );
      await expect(hands.store.list(text("plan/"), all)).rejects.toThrow("plan/1");
      await expect(hands.store.range(text("l/1"), { before: null, limit: 1 })).rejects.toThrow("l/1");
    });

    test("that no store could keep are refused", async () => {
      const hands = given();
      const put = (name: string) => hands.commit({ put: [{ key: text(name), value: "" }] });
      await expect(put("")).rejects.toThrow("cannot be a name");
      await expect(put("\ud800")).rejects.toThrow("cannot be a name");
      await expect(hands.commit({ put: [{ key: text("a"), value: "" }], remove: [text("a")] })).rejects.toThrow(
        "writes a twice",
      );
      await expect(hands.commit({ append: [{ log: text("l"), at: 0, value: "" }] })).rejects.toThrow("not a time");
      const far = { log: text("l"), at: Number.MAX_SAFE_INTEGER, value: "" };
      await expect(hands.commit({ append: [far] })).rejects.toThrow("not a time");
      await expect(hands.store.commit({ id: "no good" })).rejects.toThrow("id of a commit");
      await expect(hands.store.find("", { after: null, limit: 0 })).rejects.toThrow("1 to 1000");
    });
  });
}
