import { expect, test } from "vitest";
import type { Candidate } from "../../../src/core/plan/candidate.ts";
import { type ImageLearnt, onlyDigest, pinsOf } from "../../../src/core/plan/pin.ts";
import { digest, noAliases } from "../given.ts";
import { rawRevision } from "./given.ts";

const tag = "ghcr.io/shop/checkout:1.4";
const nodes = { kind: "known", value: ["amd64", "arm64"] } as const;
const served = (architectures: readonly string[] | null): ImageLearnt => ({
  registry: { kind: "known", value: { served: true, architectures } },
  tagNow: { kind: "known", value: digest("f") },
});
const both = served(["amd64", "arm64"]);

function candidate(image: string, digests: readonly string[]): Candidate {
  const containers = [{ name: "checkout", role: "main", image, digests }] as const;
  return { revision: rawRevision(6), release: null, containers, standing: { kind: "not seen" } };
}

test.each([
  [
    "what a tag stood for, under the template's own repository",
    candidate(tag, [digest("a")]),
    both,
    nodes,
    `${tag}@${digest("a")}`,
  ],
  ["nothing that names its digest itself", candidate(`${tag}@${digest("a")}`, [digest("a")]), both, nodes, null],
  ["nothing that nobody saw", candidate(tag, []), both, nodes, null],
  ["nothing that was seen to be two images", candidate(tag, [digest("a"), digest("b")]), both, nodes, null],
  ["nothing that lacks an architecture", candidate(tag, [digest("a")]), served(["amd64"]), nodes, null],
  ["nothing of which the architectures are not said", candidate(tag, [digest("a")]), served(null), nodes, null],
  [
    "nothing that the registry does not have",
    candidate(tag, [digest("a")]),
    { ...both, registry: { kind: "known", value: { served: false, architectures: ["amd64", "arm64"] } } } as const,
    nodes,
    null,
  ],
  [
    "nothing where the registry was not heard",
    candidate(tag, [digest("a")]),
    { ...both, registry: { kind: "no answer", because: "slow" } } as const,
    nodes,
    null,
  ],
  [
    "nothing where the nodes are not known",
    candidate(tag, [digest("a")]),
    both,
    { kind: "refused", because: "may not" } as const,
    null,
  ],
])("pins %s", (_, target, learnt, are, pinned) => {
  const pins = pinsOf(target, new Map([["checkout", learnt]]), are, noAliases);
  expect(pins).toEqual(pinned === null ? [] : [{ container: "checkout", image: pinned }]);
});

const aliases = (it: string) => (it === digest("a") ? new Set([digest("b")]) : null);

test("an index and its manifest are one image", () => {
  const [container] = candidate(tag, [digest("a"), digest("b")]).containers;
  expect(container && onlyDigest(container, aliases)).toBe(digest("a"));
});
