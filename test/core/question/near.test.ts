import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "../../../src/core/question/near.ts";

const names = ["checkout", "checkout-worker", "cart", "card", "search", "api"];

test.each([
  ["checkuot", ["checkout"]], // two letters swapped
  ["chekout", ["checkout"]], // one missing
  ["checkoutt", ["checkout"]], // one too many
  ["chackout", ["checkout"]], // another one
  ["chckot", ["checkout"]], // two missing
  ["chkot", []], // three are another word
  ["cars", ["card", "cart"]],
  ["cxry", []], // in a short word two changes make any other
  ["check", ["checkout", "checkout-worker"]],
  ["worker", ["checkout-worker"]],
  ["CART", ["cart", "card"]],
  ["a", []],
])("near %s there is %j", (word, expected) => {
  expect(nearest(word, names, 5)).toEqual(expected);
});

test("no more are named than asked for, and each once", () => {
  expect(nearest("cart", ["cart", "cart", "card", "care"], 2)).toEqual(["cart", "card"]);
});

test("a word is always nearest to itself", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z-]{1,12}$/), { minLength: 1 }), (all) => {
      const [word = ""] = all;
      expect(nearest(word, all, 1)).toEqual([word]);
    }),
  );
});
