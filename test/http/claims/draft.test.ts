import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Draft, draftOf } from "../../../src/http/claims/draft.ts";
import type { FieldFault } from "../../../src/http/claims/problem.ts";
import { ClaimShape } from "../../../src/records/claim.ts";
import { hostile } from "../../views/hostile.ts";
import { built, digest } from "./door.ts";
import { now } from "./issuer.ts";

test("names are made comparable: of the image, of its commit, of its time", () => {
  const body = { stage: "built", image: `nginx:1@${digest}`, commit: "A1B9F2E", at: "2026-11-25T15:02:00.5+01:00" };
  expect(draftOf(JSON.stringify(body), now)).toMatchObject({
    draft: { repository: "docker.io/library/nginx", digest, tag: "1", commit: "a1b9f2e", at: now + 500 },
  });
});

const names = [
  "stage",
  "image",
  "tag",
  "commit",
  "source",
  "actor",
  "run",
  "environment",
  "migration",
  "at",
  "subject",
  "parents",
] as const;

test("of a commit's message the first line is kept, and its parents as commits are written", () => {
  const parents = ["A1B9F2E", "b".repeat(40)];
  const said = { ...built, subject: "\n Ship it\u0007 (#12)\r\n\nmore", parents };
  expect(draftOf(JSON.stringify(said), now)).toMatchObject({
    draft: { subject: "Ship it (#12)", parents: ["a1b9f2e", "b".repeat(40)] },
  });
  expect(draftOf(JSON.stringify(built), now)).toMatchObject({ draft: { subject: null, parents: [] } });
});

test.each([
  [{ parents: ["main"] }, "parents.0"],
  [{ parents: "a1b9f2e" }, "parents"],
  [{ parents: Array.from({ length: 101 }, () => "a1b9f2e") }, "parents"],
  [{ subject: 7 }, "subject"],
])("%j names the field that is wrong", (said, field) => {
  expect(draftOf(JSON.stringify({ ...built, ...said }), now)).toMatchObject({ faults: [{ field }] });
});

test("any text is a claim that can be kept, or is refused with a reason; never a throw", () => {
  const field = fc.oneof(hostile, fc.anything(), fc.constantFrom("a1b9f2e", "https://git.example/1", "prod", "none"));
  const near = fc
    .dictionary(fc.oneof(fc.constantFrom(...names), hostile), field, { maxKeys: 3 })
    .map((it) => ({ ...built, ...it }));
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    near.map((it) => stringified(it)),
  );
  fc.assert(
    fc.property(text, (body) => {
      const read = draftOf(body, now);
      expect("draft" in read ? storable(read.draft) : read.detail !== "" && read.faults.every(isTold)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

/** As it was read, it is what the store takes, and its names can stand in the index. */
function storable(draft: Draft): boolean {
  const claim = { ...draft, receivedAt: now, voucher: { kind: "token" } };
  const words = [claim.repository, claim.digest, claim.commit ?? "-"];
  return isDeepStrictEqual(ClaimShape.parse(claim), claim) && words.every((it) => /^[\x21-\x7e]+$/.test(it));
}

function isTold({ field, detail }: FieldFault): boolean {
  return field.isWellFormed() && detail !== "";
}

/** What JSON cannot hold is nothing. */
function stringified(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}
