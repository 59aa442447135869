import { expect, test } from "vitest";
import { commitLink } from "../../../src/core/provenance/commit-link.ts";

const commit = "a1b9f2e";

test.each([
  ["https://github.com/acme/shop", "https://github.com/acme/shop/commit/a1b9f2e"],
  ["https://github.com/acme/shop.git", "https://github.com/acme/shop/commit/a1b9f2e"],
  ["https://github.com/acme/shop/", "https://github.com/acme/shop/commit/a1b9f2e"],
  ["https://gitlab.com/acme/team/shop", "https://gitlab.com/acme/team/shop/-/commit/a1b9f2e"],
  ["https://gitlab.acme.example/acme/shop.git", "https://gitlab.acme.example/acme/shop/-/commit/a1b9f2e"],
  ["https://github.com/acme", null],
  ["https://github.com/acme/shop/tree/main", null],
  ["http://github.com/acme/shop", null],
  ["https://example.com/acme/shop", null],
  ["https://github.com.evil.example/acme/shop", null],
  ["https://notgithub.com/acme/shop", null],
  ["git@github.com:acme/shop.git", null],
  ["", null],
  [null, null],
])("the commit of %s is at %s", (source, url) => {
  expect(commitLink(source, commit)).toBe(url);
});
