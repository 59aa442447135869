import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, identityOf, stages } from "../../../src/core/claims/claim.ts";
import { type Told, wayOf } from "../../../src/core/claims/way.ts";
import { at, claim, job, minute } from "./given.ts";

const way = (claims: readonly Claim[], more: Partial<Told> = {}) =>
  wayOf({ claims, complete: true, since: at, aliasesKnown: true, ...more });

const deployed = (environment: string, minutes: number, more: Partial<Claim> = {}) =>
  claim({ stage: "deployed", environment, at: at + minutes * minute, ...more });

describe("the way of an image", () => {
  test("goes from stage to stage, by when each happened and not by when it was told", () => {
    const steps = way([
      deployed("prod", 60, { actor: "alice", receivedAt: at }),
      claim({ receivedAt: at + 90 * minute }),
      deployed("staging", 10),
      claim({ stage: "scanned", at: at + 5 * minute }),
    ])?.steps;
    expect(steps?.map((it) => [it.stage, it.environment, (it.at - at) / minute, it.actor?.name ?? null])).toEqual([
      ["built", null, 0, null],
      ["scanned", null, 5, null],
      ["deployed", "staging", 10, null],
      ["deployed", "prod", 60, "alice"],
    ]);
  });

  test("is in the order of the stages where they are told for one moment", () => {
    const steps = way(stages.toReversed().map((stage) => claim({ stage })))?.steps;
    expect(steps?.map((it) => it.stage)).toEqual(stages);
  });

  test("takes a stage that was told again as one step, with its first time and its last", () => {
    const claims = [
      deployed("prod", 60, { actor: "bob" }),
      deployed("prod", 90),
      deployed("prod", 10, { actor: "alice" }),
    ];
    expect(way(claims)?.steps).toMatchObject([
      { at: at + 10 * minute, actor: { name: "alice" }, again: at + 90 * minute },
    ]);
  });

  test("takes the time of arrival where the pipeline told none", () => {
    expect(way([claim({ at: null })])?.steps).toMatchObject([{ at: at + minute, again: null }]);
  });

  test("lets the proved one of two speak for the same moment, and says that it is proved", () => {
    const claims = [claim({ actor: "aaron", receivedAt: at }), claim({ actor: "zoe", voucher: job })];
    expect(way(claims)?.steps).toMatchObject([{ actor: { name: "zoe", verified: true }, proved: true }]);
    expect(way([claim({ actor: "alice" })])?.steps).toMatchObject([{ actor: { verified: false }, proved: false }]);
    const unsigned = { ...job, verified: ["commit"] } as const;
    expect(way([claim({ actor: "alice", voucher: unsigned })])?.steps).toMatchObject([{ actor: { verified: false } }]);
  });
});

describe("what is missing", () => {
  test("is a stage that nobody told of, once the repository has claims at all", () => {
    expect(way([])).toEqual({ steps: [], missing: { stages: ["built", "scanned"], since: at, certain: true } });
    expect(way([claim()])?.missing?.stages).toEqual(["scanned"]);
    expect(way([claim({ stage: "scanned" })])?.missing?.stages).toEqual(["built"]);
    expect(way([claim(), claim({ stage: "scanned" })])?.missing).toBeNull();
    expect(way([deployed("prod", 0)])?.missing?.stages).toEqual(["built", "scanned"]);
  });

  test("is nothing in a repository without claims, and nothing then is told", () => {
    expect(way([], { since: null })).toBeNull();
    expect(way([deployed("prod", 0)], { since: null })).toMatchObject({ missing: null });
  });

  test("is not known where not all claims were read", () => {
    expect(way([deployed("prod", 0)], { complete: false })?.missing).toBeNull();
  });

  test("is not certain while the image may have another digest", () => {
    expect(way([], { aliasesKnown: false })?.missing?.certain).toBe(false);
  });
});

const anyClaim = fc.record({
  stage: fc.constantFrom(...stages),
  environment: fc.constantFrom(null, "staging", "prod"),
  at: fc.option(fc.integer({ min: at, max: at + 9 * minute })),
  actor: fc.constantFrom(null, "alice", "bob"),
  voucher: fc.constantFrom(job, { kind: "token" } as const),
});

test("the order in which claims come makes no difference, and each stage is told once", () => {
  fc.assert(
    fc.property(
      fc
        .uniqueArray(anyClaim.map(claim), { selector: identityOf, maxLength: 12 })
        .chain((it) => fc.tuple(fc.constant(it), fc.shuffledSubarray(it, { minLength: it.length }))),
      ([claims, shuffled]) => {
        const [one, other] = [way(claims)?.steps ?? [], way(shuffled)?.steps ?? []];
        expect(other).toEqual(one);
        const told = new Set(claims.map((it) => `${it.stage} ${it.environment}`));
        expect(new Set(one.map((it) => `${it.stage} ${it.environment}`))).toEqual(told);
        expect(one).toHaveLength(told.size);
      },
    ),
  );
});

describe("the same claim", () => {
  test("has the same identity whenever it arrives, and whatever else its token says", () => {
    expect(identityOf(claim({ receivedAt: at }))).toBe(identityOf(claim({ receivedAt: at + minute })));
    const other = { ...job, workflow: "x", verified: [] } as const;
    expect(identityOf(claim({ voucher: job }))).toBe(identityOf(claim({ voucher: other })));
  });

  test.each<Partial<Claim>>([
    { stage: "scanned" },
    { repository: "ghcr.io/acme/x" },
    { digest: `sha256:${"b".repeat(64)}` },
    { tag: "1" },
    { commit: "a1b9f2e" },
    { source: "https://git.example/acme/shop" },
    { actor: "alice" },
    { run: "https://git.example/1" },
    { environment: "prod" },
    { manifestCommit: "a1b9f2e" },
    { migration: "none" },
    { at: null },
    { voucher: job },
  ])("is another one with %j", (more) => {
    expect(identityOf(claim(more))).not.toBe(identityOf(claim()));
  });
});
