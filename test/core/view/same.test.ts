import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSame } from "../../../src/core/view/same.ts";

const few = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.constantFrom<unknown>(null, 0, 1, "", "a", true, undefined),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__"), tie("value"), { maxKeys: 2, noNullPrototype: true }),
  ),
})).value;

test("records are the same exactly when all that is in them is", () => {
  fc.assert(
    fc.property(few, few, (one, other) => {
      expect(isSame(one, other)).toBe(isDeepStrictEqual(one, other));
      expect(isSame(one, structuredClone(one))).toBe(true);
    }),
  );
});
