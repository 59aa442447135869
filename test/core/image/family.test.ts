import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFamilies, type Found } from "../../../src/core/image/family.ts";
import { architectureOf } from "../../../src/core/image/manifest.ts";
import { digest } from "../given.ts";

const [index, other, amd, arm] = [digest("a"), digest("b"), digest("c"), digest("d")];
const [amdConfig, armConfig] = [digest("e"), digest("f")];
const indexOf = (...parts: readonly string[]): Found => ({
  kind: "index",
  parts: parts.map((it) => ({ digest: it, platform: null })),
  labels: {},
});
const manifestOf = (config: string): Found => ({ kind: "manifest", config, labels: {} });
const configOf = (platform: string): Found => ({ kind: "config", platform, labels: {}, createdAt: null, layers: [] });

const all: readonly (readonly [string, Found])[] = [
  [index, indexOf(amd, arm)],
  [amd, manifestOf(amdConfig)],
  [arm, manifestOf(armConfig)],
  [amdConfig, configOf("amd64")],
  [armConfig, configOf("arm64/v8")],
];

function knowing(some: readonly (readonly [string, Found])[], most = 100) {
  const families = createFamilies(most);
  for (const [it, found] of some) families.learn(it, found);
  return families;
}

describe("the names of one image", () => {
  test("an index names everything below it, a manifest its configuration", () => {
    const { names } = knowing(all);
    expect(names(index)).toEqual(new Set([index, amd, arm, amdConfig, armConfig]));
    expect(names(arm)).toEqual(new Set([arm, armConfig]));
    expect(names(armConfig)).toEqual(new Set([armConfig]));
  });

  test("are not known while one is missing: what is not among them would seem to be another image", () => {
    fc.assert(
      fc.property(fc.subarray([...all]), (some) => {
        const { names, missing } = knowing(some);
        const isWhole = some.length === all.length;
        expect(names(index)).toEqual(isWhole ? new Set(all.map(([it]) => it)) : null);
        expect(missing(index).length === 0).toBe(isWhole);
      }),
    );
  });

  test("in whatever order they were learnt", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...all], { minLength: all.length }), (some) => {
        expect(knowing(some).names(index)?.size).toBe(all.length);
      }),
    );
  });

  test("upwards too, for who looks for anything that was said about it", () => {
    const { relatives, names } = knowing([...all, [other, indexOf(amd)]]);
    expect(relatives(amdConfig)).toEqual(new Set([amdConfig, amd, index, other]));
    expect(names(amd)?.has(index)).toBe(false);
    expect(relatives(digest("9"))).toBe(null);
  });

  test("and the platform of each", () => {
    const { platform } = knowing(all);
    expect([index, amd, armConfig, other].map(platform)).toEqual([null, "amd64", "arm64/v8", null]);
  });
});

test("what was of no use for the longest time is forgotten first", () => {
  const families = knowing(all, all.length);
  families.use(index);
  families.learn(other, indexOf(amd));
  families.use(other);
  families.learn(digest("9"), configOf("amd64"));
  expect(families.of(index)).toBe(null);
  expect(families.names(other)).toEqual(new Set([other, amd, amdConfig]));
  expect(families.relatives(arm)).toEqual(families.names(arm));
});

test.each([
  ["amd64", "amd64"],
  ["arm64/v8", "arm64"],
  ["arm/v7", "arm"],
  ["s390x", "s390x"],
  ["windows/amd64", null],
  ["windows/arm64/v8", null],
])("platform %s is for nodes of architecture %s", (platform, architecture) => {
  expect(architectureOf(platform)).toBe(architecture);
});
