import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { Release } from "../../../src/core/ledger/release.ts";
import { aimedAt, candidatesOf } from "../../../src/core/plan/candidate.ts";
import { container, end, failed, healthy, release } from "../given-release.ts";
import { digest, hour, image, minute, noAliases, now } from "../given.ts";
import { rawRevision, rawTemplate } from "./given.ts";

/** Release number n of checkout: `letter` is its image. */
function ran(number: number, letter: string, given: Partial<Release> = {}): Release {
  return release({
    revision: { ...release().revision, uid: `replicaset-${number}`, name: `checkout-${number}`, number },
    containers: [container(`v${number}`, [digest(letter)])],
    start: { at: now - (20 - number) * hour, notBefore: null },
    end: end(19 - number),
    outcome: healthy(now - (20 - number) * hour + minute),
    ...given,
  });
}

const bad = ran(7, "d", { end: null, outcome: failed() });
const revisions = [7, 6, 5, 4].map((it) => rawRevision(it));
const base = { template: "v7", revisions, healthyForMs: 10 * minute, aliases: noAliases, now };

describe("what a workload goes back to by itself", () => {
  test.each([
    ["the release before, when that did well", [bad, ran(6, "c")], 6],
    ["not one that was rolled back", [bad, ran(6, "c", { end: end(13, { by: "rollback" }) }), ran(5, "b")], 5],
    ["not one that failed", [bad, ran(6, "c", { outcome: failed() }), ran(5, "b")], 5],
    [
      "not one that did well only for a minute",
      [bad, ran(6, "c", { outcome: healthy(now - 13 * hour - minute) }), ran(5, "b")],
      5,
    ],
    ["not one with the images of now", [bad, ran(6, "d"), ran(5, "b")], 5],
    ["not one that nobody saw", [bad, ran(6, "c", { outcome: { state: "unseen" } }), ran(5, "b")], 5],
    ["not one that never got ready", [bad, ran(6, "c", { outcome: { state: "pending" } }), ran(5, "b")], 5],
    ["nothing, where nothing is known to be good", [bad], null],
  ])("is %s", (_, releases, number) => {
    const { best, current } = candidatesOf({ ...base, releases });
    expect(best?.revision.number ?? null).toBe(number);
    expect(current?.revision.number).toBe(7);
  });

  test("that it did well once counts also after it came back and was replaced soon", () => {
    const soon = ran(6, "c", { end: end(13), outcome: healthy(now - 13 * hour - minute) });
    const before = ran(6, "c", {
      start: { at: now - 19 * hour, notBefore: null },
      end: end(15),
      outcome: healthy(now - 18 * hour),
    });
    const { best } = candidatesOf({ ...base, releases: [bad, soon, before] });
    expect(best?.standing).toMatchObject({ kind: "good" });
    expect(best?.release).toEqual(soon);
  });

  test("a good release whose template the cluster does not keep any more is told, not offered", () => {
    const { best, gone } = candidatesOf({ ...base, revisions: [rawRevision(7)], releases: [bad, ran(6, "c")] });
    expect([best, gone.map((it) => it.revision.number)]).toEqual([null, [6]]);
  });

  test("whatever the ledger says, it is a template that is there, with other images, seen healthy and not rolled back", () => {
    const outcomes = fc.constantFrom(healthy(now - 19 * hour), failed(), { state: "unseen" } as const);
    const releases = fc.array(
      fc.record({
        number: fc.integer({ min: 3, max: 6 }),
        letter: fc.constantFrom("b", "c", "d"),
        outcome: outcomes,
        by: fc.constantFrom("deploy", "rollback"),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(releases, (given) => {
        const all = [
          bad,
          ...given.map(({ number, letter, outcome, by }) => ran(number, letter, { outcome, end: end(1, { by }) })),
        ];
        const { best } = candidatesOf({ ...base, releases: all });
        if (best === null) return true;
        const last = all.find((it) => it.revision.uid === best.revision.uid);
        const isThere = revisions.some((it) => it.uid === best.revision.uid);
        const isOther = !best.containers.some((it) => it.digests.includes(digest("d")));
        return isThere && isOther && last?.end?.by !== "rollback" && last?.outcome.state !== "failed";
      }),
    );
  });
});

const by = (reference: string) => rawTemplate("v6", {}, reference);

describe("images are the same", () => {
  test.each([
    ["where their digests are, whatever their tags", [bad, ran(6, "d")], revisions],
    [
      "where both name one digest",
      [],
      [7, 6].map((it) =>
        rawRevision(it, { template: { ...by(`ghcr.io/shop/checkout@${digest("a")}`), hash: `v${it}` } }),
      ),
    ],
    [
      "where both name one tag, and nobody saw what it stood for",
      [],
      [7, 6].map((it) => rawRevision(it, { template: { ...by(image("latest")), hash: `v${it}` } })),
    ],
  ])("%s", (_, releases, given) => {
    const { others } = candidatesOf({ ...base, releases, revisions: given });
    expect(others.find((it) => it.revision.number === 6)?.standing).toEqual({ kind: "same images" });
  });

  test("not where a tag has moved in between", () => {
    const given = [7, 6].map((it) => rawRevision(it, { template: { ...by(image("latest")), hash: `v${it}` } }));
    const { best } = candidatesOf({ ...base, releases: [bad, ran(6, "c")], revisions: given });
    expect(best?.containers).toMatchObject([{ digests: [digest("c")] }]);
  });
});

describe("what somebody picked", () => {
  const releases = [bad, ran(6, "c"), ran(5, "b")];
  const candidates = candidatesOf({ ...base, releases });
  test.each([
    ["a release", { kind: "release", start: ran(5, "b").start.at }, 5],
    ["a revision", { kind: "revision", uid: "replicaset-4" }, 4],
    ["what runs now", { kind: "revision", uid: "replicaset-7" }, null],
    ["something that is not there", { kind: "release", start: 1 }, null],
  ] as const)("%s", (_, aim, number) => {
    expect(aimedAt(aim, candidates, releases)?.revision.number ?? null).toBe(number);
  });
});
