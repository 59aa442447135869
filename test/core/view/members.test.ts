import fc from "fast-check";
import { expect, test } from "vitest";
import { join, leave, type Members, pick } from "../../../src/core/view/members.ts";

const uids = ["a", "b", "c"];
const records = new Map(uids.map((uid) => [uid, uid.toUpperCase()]));
const step = fc.record({
  joins: fc.boolean(),
  key: fc.constantFrom("checkout", "search"),
  uid: fc.constantFrom(...uids, "unknown"),
});

test("a name leads to those that joined it and did not leave, in the order in which they came", () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const members: Members = new Map();
      const expected = new Map<string, Set<string>>();
      for (const { joins, key, uid } of steps) {
        const set = expected.get(key) ?? new Set();
        expected.set(key, set);
        if (joins) {
          join(members, key, uid);
          set.add(uid);
        } else {
          leave(members, key, uid);
          set.delete(uid);
        }
      }
      for (const [key, set] of expected) {
        const known = [...set].flatMap((uid) => records.get(uid) ?? []);
        expect(pick(members.get(key), records)).toEqual(known);
        expect(members.has(key)).toBe(set.size > 0);
      }
    }),
  );
});
