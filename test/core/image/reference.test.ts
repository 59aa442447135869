import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDigest, parseReference, repositoryOf, shortDigest } from "../../../src/core/image/reference.ts";

const a = "a".repeat(64);
const sha256 = `sha256:${a}`;

describe("an image reference", () => {
  test.each([
    ["nginx", "docker.io", "library/nginx", null, null],
    ["nginx:1.27", "docker.io", "library/nginx", "1.27", null],
    ["docker.io/nginx", "docker.io", "library/nginx", null, null],
    ["index.docker.io/library/nginx", "docker.io", "library/nginx", null, null],
    ["index.docker.io/nginx:1", "docker.io", "library/nginx", "1", null],
    ["grafana/grafana:11", "docker.io", "grafana/grafana", "11", null],
    ["ghcr.io/shop/checkout:1.4.2", "ghcr.io", "shop/checkout", "1.4.2", null],
    [`ghcr.io/shop/checkout@${sha256}`, "ghcr.io", "shop/checkout", null, sha256],
    [`ghcr.io/shop/checkout:1.4.2@${sha256}`, "ghcr.io", "shop/checkout", "1.4.2", sha256],
    ["localhost/shop", "localhost", "shop", null, null],
    ["localhost:5000/shop:x", "localhost:5000", "shop", "x", null],
    ["127.0.0.1:5000/a/b/c", "127.0.0.1:5000", "a/b/c", null, null],
    ["[2001:db8::1]:5000/a:b", "[2001:db8::1]:5000", "a", "b", null],
    ["[::1]/a", "[::1]", "a", null, null],
    ["registry:5000", "docker.io", "library/registry", "5000", null],
    ["Registry/a", "Registry", "a", null, null],
    ["a--b/c__d/e.f_g", "docker.io", "a--b/c__d/e.f_g", null, null],
    [`x@sha512:${a}${a}`, "docker.io", "library/x", null, `sha512:${a}${a}`],
    [`x:${"t".repeat(128)}`, "docker.io", "library/x", "t".repeat(128), null],
  ])("%s is read by the grammar of distribution/reference", (text, registry, repository, tag, digest) => {
    expect(parseReference(text)).toEqual({ kind: "reference", registry, repository, tag, digest });
  });

  test.each([
    ["", "it is empty"],
    [a, "64 hexadecimal digits are an image id, not a name"],
    ["ghcr.io/Shop/checkout", "its name must be in lower case"],
    ["NGINX", "its name must be in lower case"],
    ["ghcr.io/", "“” is not a name"],
    ["ghcr.io//x", "“/x” is not a name"],
    ["a..b", "“library/a..b” is not a name"],
    ["a___b", "“library/a___b” is not a name"],
    ["-a", "“library/-a” is not a name"],
    ["a:", "“” is not a tag"],
    ["a:-b", "“-b” is not a tag"],
    [`a:${"t".repeat(129)}`, `“${"t".repeat(129)}” is not a tag`],
    ["a@sha256:abc", "“sha256:abc” is not a digest"],
    [`a@sha256:${"A".repeat(64)}`, `“sha256:${"A".repeat(64)}” is not a digest`],
    [`a@md5:${a}`, `“md5:${a}” is not a digest`],
    [`a@${sha256}@${sha256}`, "it has more than one @"],
    ["bad_host.io-/x", "“bad_host.io-” is not a registry"],
    ["exa mple.io/x", "“exa mple.io” is not a registry"],
    ["https://ghcr.io/shop", "“https:” is not a registry"],
    [`a/${"b".repeat(256)}`, "its name is longer than 255 characters"],
    ["a".repeat(2049), "it is longer than 2048 characters"],
  ])("%s is refused with the reason", (text, why) => {
    expect(parseReference(text)).toEqual({ kind: "invalid", text, why });
  });

  test("whatever the text, parsing answers, and what it accepts parses to the same again", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9.:/@_-]{0,60}$/)), (text) => {
        const first = parseReference(text);
        if (first.kind === "invalid") return;
        const tag = first.tag === null ? "" : `:${first.tag}`;
        const digest = first.digest === null ? "" : `@${first.digest}`;
        expect(parseReference(`${repositoryOf(first)}${tag}${digest}`)).toEqual(first);
      }),
    );
  });

  // A backtracking grammar would take years over these; here the test's own time limit is the assertion.
  test.each([`${"a-".repeat(1000)}!`, `${"a.".repeat(1000)}/x`, "a/".repeat(1000)])(
    "hostile repetition is refused",
    (text) => {
      expect(parseReference(text).kind).toBe("invalid");
    },
  );
});

test("a digest is an algorithm that registries accept and its full length in lower case", () => {
  expect([sha256, `sha512:${a}${a}`].map(isDigest)).toEqual([true, true]);
  expect([a, "sha256:", `sha256:${a}0`, `sha256:${a}:x`, `__proto__:${a}`].map(isDigest)).not.toContain(true);
});

test("a short digest keeps the algorithm and twelve digits", () => {
  expect(shortDigest(`sha256:3f9a1c7d2b4e${"0".repeat(52)}`)).toBe("sha256:3f9a1c7d2b4e");
});
