import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelKeys } from "../../../src/core/image/manifest.ts";
import { createFamilies, type Found } from "../../../src/core/image/family.ts";
import { labelledOf } from "../../../src/core/provenance/label.ts";
import { digest } from "../given.ts";

const [index, manifest, config, armManifest, armConfig] = ["a", "b", "c", "d", "e"].map((it) => digest(it));
const [base, baseConfig] = [digest("8"), digest("9")];
const [ours, theirs] = ["a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b", "b".repeat(40)];
const [revision, source, created] = ["revision", "source", "created"].map((it) => `org.opencontainers.image.${it}`);
const baseDigest = "org.opencontainers.image.base.digest";
const builtAt = Date.UTC(2026, 10, 20, 10);
const shop = "https://github.com/acme/shop";

type Labels = Readonly<Record<string, string>>;
const configOf = (labels: Labels, layers: readonly string[] = ["1", "2"]): Found => ({
  kind: "config",
  platform: "amd64",
  labels,
  createdAt: builtAt,
  layers: layers.map(digest),
});
const manifestOf = (of: string, labels: Labels = {}): Found => ({ kind: "manifest", config: of, labels });

/** An index of one image with these labels, and what else is known. */
function told(labels: Labels, given: { manifest?: Labels; index?: Labels; also?: readonly [string, Found][] } = {}) {
  const families = createFamilies(100);
  const parts = [{ digest: manifest ?? "", platform: "amd64" }];
  families.learn(index ?? "", { kind: "index", parts, labels: given.index ?? {} });
  families.learn(manifest ?? "", manifestOf(config ?? "", given.manifest));
  families.learn(config ?? "", configOf(labels));
  for (const [it, found] of given.also ?? []) families.learn(it, found);
  return labelledOf(index ?? "", families);
}

const at = (value: string, on = "label") => ({ value, key: revision, on });

describe("what an image says of where it was built from", () => {
  test("its label, with the source", () => {
    expect(told({ [`${revision}`]: ours, [`${source}`]: shop })).toEqual({
      commits: [at(ours)],
      source: shop,
      inherited: [],
    });
  });

  test("what annotations say beside it where they disagree, and nothing where they do not", () => {
    const annotated = { manifest: { [`${revision}`]: theirs }, index: { [`${revision}`]: ours } };
    expect(told({ [`${revision}`]: ours }, annotated)?.commits).toEqual([at(ours), at(theirs, "annotation")]);
    expect(told({}, { index: { [`${revision}`]: ours } })?.commits).toEqual([at(ours, "annotation")]);
  });

  test("what platforms that disagree say, both", () => {
    const families = createFamilies(100);
    const parts = [manifest, armManifest].map((it) => ({ digest: it ?? "", platform: null }));
    families.learn(index ?? "", { kind: "index", parts, labels: {} });
    families.learn(manifest ?? "", manifestOf(config ?? ""));
    families.learn(armManifest ?? "", manifestOf(armConfig ?? ""));
    families.learn(config ?? "", configOf({ [`${revision}`]: ours }));
    expect(labelledOf(index ?? "", families)).toBe(null);
    families.learn(armConfig ?? "", configOf({ [`${revision}`]: theirs }, ["3"]));
    expect(labelledOf(index ?? "", families)?.commits).toEqual([at(ours), at(theirs)]);
  });

  test("nothing, where nothing is said; not known, where nobody looked", () => {
    expect(told({})).toEqual({ commits: [], source: null, inherited: [] });
    expect(labelledOf(digest("7"), createFamilies(10))).toBe(null);
  });

  test.each(["main", "v1.4.2", "${GIT_COMMIT}", "", "a1b9f2"])("%j is no commit", (value) => {
    expect(told({ [`${revision}`]: value })?.commits).toEqual([]);
  });

  test.each(["javascript:alert(1)", "git@github.com:acme/shop.git", "https://user:secret@git.example/shop"])(
    "%s is nothing to link to",
    (value) => {
      expect(told({ [`${source}`]: value })?.source).toBe(null);
    },
  );
});

describe("labels of a base image are not the image's own", () => {
  const leftOut = { commits: [], inherited: [revision] };

  test("when it names its base, and that has the same", () => {
    const labels = { [`${revision}`]: theirs, [baseDigest]: base };
    const known: [string, Found][] = [
      [base, manifestOf(baseConfig)],
      [baseConfig, configOf({ [`${revision}`]: theirs }, ["5"])],
    ];
    expect(told(labels, { also: known })).toMatchObject(leftOut);
    expect(told({ [`${revision}`]: theirs }, { also: known, manifest: { [baseDigest]: base } })).toMatchObject(leftOut);
    expect(told({ ...labels, [`${revision}`]: ours }, { also: known })?.commits).toEqual([at(ours)]);
    expect(told(labels)?.commits).toEqual([at(theirs)]);
  });

  test("when an image that is known has its first layers, and the same label", () => {
    const known = (layers: readonly string[]): { also: [string, Found][] } => ({
      also: [[baseConfig, configOf({ [`${revision}`]: theirs }, layers)]],
    });
    const labels = { [`${revision}`]: theirs };
    expect(told(labels, known(["1"]))).toMatchObject(leftOut);
    expect(told(labels, known(["2"]))?.commits).toEqual([at(theirs)]);
    expect(told(labels, known(["1", "2"]))?.commits).toEqual([at(theirs)]);
    expect(told({ [`${revision}`]: ours }, known(["1"]))?.commits).toEqual([at(ours)]);
  });

  test("the source alone may well be the same, where the commit is another", () => {
    const known: { also: [string, Found][] } = {
      also: [[baseConfig, configOf({ [`${revision}`]: theirs, [`${source}`]: shop }, ["1"])]],
    };
    expect(told({ [`${revision}`]: ours, [`${source}`]: shop }, known)).toEqual({
      commits: [at(ours)],
      source: shop,
      inherited: [],
    });
    expect(told({ [`${source}`]: shop }, known)).toEqual({ commits: [], source: null, inherited: [source] });
  });

  test("when they say that the image is older than it is", () => {
    const labels = { [`${revision}`]: theirs, [`${created}`]: "2026-09-01T00:00:00Z" };
    expect(told(labels)).toMatchObject(leftOut);
    expect(told({ ...labels, [`${created}`]: "2026-11-20T09:30:00Z" })?.commits).toEqual([at(theirs)]);
    expect(told({ ...labels, [`${created}`]: "yesterday" })?.commits).toEqual([at(theirs)]);
  });

  test("annotations are never a base image's", () => {
    const labels = { [`${revision}`]: theirs, [`${created}`]: "2026-09-01T00:00:00Z" };
    expect(told(labels, { manifest: { [`${revision}`]: ours } })?.commits).toEqual([at(ours, "annotation")]);
  });
});

test("whatever somebody writes into labels, what is told of it is a commit and an address", () => {
  const keys = fc.constantFrom(...labelKeys);
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(ours ?? "", theirs ?? "", shop, "2026-09-01T00:00:00Z", base ?? ""),
  );
  const labels = fc.dictionary(keys, value);
  fc.assert(
    fc.property(labels, labels, labels, (mine, itsBase, annotated) => {
      const also: [string, Found][] = [
        [base ?? "", manifestOf(baseConfig ?? "")],
        [baseConfig ?? "", configOf(itsBase, ["1"])],
      ];
      const found = told(mine, { also, manifest: annotated });
      for (const it of found?.commits ?? []) {
        expect(it.value).toMatch(/^[0-9a-f]{7,64}$/);
        // a label that the base has with the same value is never told as the image's own
        expect(it.on === "label" && itsBase[it.key] === mine[it.key]).toBe(false);
      }
      expect(found?.source ?? "https://").toMatch(/^https?:\/\//);
    }),
  );
});
