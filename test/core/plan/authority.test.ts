import fc from "fast-check";
import { expect, test } from "vitest";
import { authorityOf, type Status } from "../../../src/core/plan/authority.ts";

const known = <T>(value: T) => ({ kind: "known", value }) as const;
const silent = { kind: "no answer", because: "slow" } as const;
const who = { users: ["U01BOB"], groups: ["S01SRE", "S02DBA"] };
const groups = [known(["U01ALICE"]), known([])];
const base = { user: "U01BOB", status: known("member" as const), who, groups };

test.each([
  ["somebody who is named", base, "allowed"],
  ["somebody in a group", { ...base, user: "U01ALICE" }, "allowed"],
  [
    "somebody in a group, though another group could not be read",
    { ...base, user: "U01ALICE", groups: [groups[0] ?? silent, silent] },
    "allowed",
  ],
  ["somebody else", { ...base, user: "U01CAROL" }, "not named"],
  [
    "somebody of whom a group that could not be read might tell",
    { ...base, user: "U01CAROL", groups: [silent, known([])] },
    "not known",
  ],
  ["somebody whom nobody could look up", { ...base, status: silent }, "not known"],
  ["anybody, while nobody is named", { ...base, who: { users: [], groups: [] }, groups: [] }, "nobody may"],
  ["a guest who is named", { ...base, status: known("guest" as const) }, "not a member"],
])("%s", (_, facts, kind) => {
  expect(authorityOf(facts).kind).toBe(kind);
});

function learnt<T>(value: fc.Arbitrary<T>) {
  return fc.oneof(value.map(known), fc.constant(silent));
}

test("nobody but a member who is named is ever let in", () => {
  const statuses = fc.constantFrom<Status>("member", "guest", "bot", "other workspace", "deactivated");
  const users = fc.subarray(["U01BOB", "U01ALICE", "U01CAROL"]);
  fc.assert(
    fc.property(learnt(statuses), users, learnt(users), (status, named, members) => {
      const { kind } = authorityOf({
        user: "U01BOB",
        status,
        who: { users: named, groups: ["S01SRE"] },
        groups: [members],
      });
      const isNamed = named.includes("U01BOB") || (members.kind === "known" && members.value.includes("U01BOB"));
      const isMember = status.kind === "known" && status.value === "member";
      return kind !== "allowed" || (isNamed && isMember);
    }),
  );
});
