import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Aliases, compare, groupByImage, type Match } from "../../../src/core/image/identity.ts";
import { parseReference } from "../../../src/core/image/reference.ts";
import type { Pod } from "../../../src/core/workload.ts";
import { aliasesOf, digest, image, noAliases, pod, repository, revision } from "../given.ts";

const [a, b, c] = [digest("a"), digest("b"), digest("c")];
const v1 = revision(1);

/** Pods that report these, in this order. */
const reporting = (...imageIds: readonly string[]): readonly Pod[] =>
  imageIds.map((imageId, index) => pod(v1, { name: `pod-${index}`, container: { imageId } }));

const at = (it: string): string => `${repository}@${it}`;

const group = (runs: string | null, kind: string, count: number, name: string | null = repository) => ({
  digest: runs,
  kind,
  name: kind === "repoDigest" ? name : null,
  count,
});

describe("pods are grouped by the image they run", () => {
  type Row = readonly [rule: string, imageIds: readonly string[], aliases: Aliases, groups: readonly unknown[]];
  test.each<Row>([
    ["the same digest is one group", [at(a), at(a)], noAliases, [group(a, "repoDigest", 2)]],
    [
      "two digests are two, the larger first",
      [at(b), at(a), at(a)],
      noAliases,
      [group(a, "repoDigest", 2), group(b, "repoDigest", 1)],
    ],
    [
      "the same digest under another repository's name is the same image",
      [at(a), `docker.io/copy/checkout@${a}`],
      noAliases,
      [group(a, "repoDigest", 2, "docker.io/copy/checkout")],
    ],
    [
      "an index and its manifest are two while nobody has looked",
      [at(a), at(b)],
      noAliases,
      [group(a, "repoDigest", 1), group(b, "repoDigest", 1)],
    ],
    [
      "an index and its manifest are one once they were looked up",
      [at(a), at(b)],
      aliasesOf([a, b]),
      [group(a, "repoDigest", 2)],
    ],
    [
      "it is enough that one of the two was looked up",
      [at(a), at(b)],
      (it) => (it === b ? new Set([a, b]) : null),
      [group(a, "repoDigest", 2)],
    ],
    [
      "and it does not matter which of the two",
      [at(a), at(b)],
      (it) => (it === a ? new Set([a, b]) : null),
      [group(a, "repoDigest", 2)],
    ],
    [
      "a bare configuration digest joins its image, which is called by what a registry serves",
      [a, at(b)],
      aliasesOf([a, b]),
      [group(b, "repoDigest", 2)],
    ],
    [
      "two indexes that share one platform's manifest stay two: their other platforms differ",
      [at(a), at(b)],
      (it) => (it === a ? new Set([a, c]) : new Set([b, c])),
      [group(a, "repoDigest", 1), group(b, "repoDigest", 1)],
    ],
    [
      "a pod that joins two groups makes them one",
      [at(a), at(b), at(c)],
      (it) => (it === c ? new Set([a, b, c]) : null),
      [group(a, "repoDigest", 3)],
    ],
    [
      "what has not started is one group without a digest",
      ["", at(a), ""],
      noAliases,
      [group(null, "pending", 2), group(a, "repoDigest", 1)],
    ],
    [
      "what cannot be read is not the same as what has not started",
      ["", "what is this?"],
      noAliases,
      [group(null, "unreadable", 1), group(null, "pending", 1)],
    ],
    ["no pods are no groups", [], noAliases, []],
  ])("%s", (_, imageIds, aliases, groups) => {
    const found = groupByImage(reporting(...imageIds), "checkout", aliases);
    expect(found.map(({ pods, ...it }) => ({ ...it, count: pods.length }))).toEqual(groups);
  });

  test("a pod without that container is in no group", () => {
    expect(groupByImage(reporting(at(a)), "istio-proxy", noAliases)).toEqual([]);
  });

  const letters = fc.constantFrom("a", "b", "c", "d", "e", "f");
  const imageIds = fc.oneof(
    letters.map((it) => at(digest(it))),
    letters.map(digest),
    fc.constant(""),
    fc.constant("garbage!"),
  );
  /** Images of several digests each, no digest in two of them, as a registry tells when everything was looked up. */
  const disjoint = fc.constantFrom(noAliases, aliasesOf([a, b]), aliasesOf([a, b, c], [digest("d"), digest("e")]));

  test("every pod is in exactly one group", () => {
    fc.assert(
      fc.property(fc.array(imageIds), disjoint, (ids, aliases) => {
        const pods = reporting(...ids);
        const grouped = groupByImage(pods, "checkout", aliases).flatMap((it) => it.pods.map(({ name }) => name));
        expect(grouped.toSorted()).toEqual(pods.map((it) => it.name).toSorted());
      }),
    );
  });

  test("the groups are the same in whatever order the pods come", () => {
    const shuffled = fc
      .array(imageIds)
      .map((ids) => reporting(...ids))
      .chain((pods) => fc.tuple(fc.constant(pods), fc.shuffledSubarray([...pods], { minLength: pods.length })));
    fc.assert(
      fc.property(shuffled, disjoint, ([pods, others], aliases) => {
        const groups = (of: readonly Pod[]) =>
          groupByImage(of, "checkout", aliases).map((it) => ({
            ...it,
            pods: it.pods.map(({ name }) => name).toSorted(),
          }));
        expect(groups(others)).toEqual(groups(pods));
      }),
    );
  });
});

describe("what runs, held against what is asked for", () => {
  type Row = readonly [rule: string, asked: string, imageId: string, aliases: Aliases, match: Match];
  const pinned: Match = { kind: "pinned", digest: a };
  const unverified: Match = { kind: "unverified", digest: a, reported: b };
  const different: Match = { kind: "different", digest: b, wanted: a };

  test.each<Row>([
    ["a tag asks for whatever runs", image("1.4.2"), at(a), noAliases, { kind: "by tag", digest: a }],
    [
      "a name that cannot be read asks for whatever runs",
      "Not A Name",
      at(a),
      noAliases,
      { kind: "by tag", digest: a },
    ],
    ["the digest asked for runs", image(a), at(a), noAliases, pinned],
    ["the digest counts, not the tag beside it", `${image("1.4.2")}@${a}`, at(a), noAliases, pinned],
    ["it runs under another repository's name", image(a), `docker.io/copy/x@${a}`, noAliases, pinned],
    ["CRI-O names the platform's manifest, and nobody has looked", image(a), at(b), noAliases, unverified],
    ["CRI-O names the platform's manifest, which the index has", image(a), at(b), aliasesOf([a, b]), pinned],
    [
      "the platform's manifest is asked for, and CRI-O names the index that has it",
      image(a),
      at(b),
      (it) => (it === b ? new Set([a, b]) : new Set([a, c])),
      pinned,
    ],
    [
      "the platform's manifest is asked for, and nobody has looked at what is reported",
      image(a),
      at(b),
      (it) => (it === a ? new Set([a, c]) : null),
      unverified,
    ],
    [
      "another manifest with the same configuration may be the same bytes",
      image(a),
      at(b),
      (it) => (it === a ? new Set([a, c]) : new Set([b, c])),
      unverified,
    ],
    ["both were looked up and have nothing in common", image(a), at(b), aliasesOf([a], [b]), different],
    ["a bare configuration digest, and nobody has looked", image(a), b, noAliases, unverified],
    ["a bare configuration digest of that image", image(a), b, aliasesOf([a, b]), pinned],
    ["a bare configuration digest of none of its platforms", image(a), b, aliasesOf([a, c]), different],
    [
      "loaded into the node by hand: no registry knows",
      image(a),
      `docker.io/library/import-2026-11-22@${b}`,
      aliasesOf([a, c]),
      unverified,
    ],
    ["not started yet", image(a), "", aliasesOf([a]), { kind: "pending" }],
    ["unreadable", image(a), "garbage!", aliasesOf([a]), { kind: "unreadable", raw: "garbage!" }],
  ])("%s", (_, asked, imageId, aliases, match) => {
    expect(compare(parseReference(asked), { imageId }, aliases)).toEqual(match);
  });
});
