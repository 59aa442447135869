import { expect, test } from "vitest";
import { commitLink, compareLink, requestLink } from "../../../src/core/provenance/commit-link.ts";

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

test.each([
  ["https://github.com/acme/shop.git", "https://github.com/acme/shop/compare/a1b9f2e...b2c0d3f"],
  ["https://gitlab.com/acme/team/shop", "https://gitlab.com/acme/team/shop/-/compare/a1b9f2e...b2c0d3f"],
  ["https://example.com/acme/shop", null],
  [null, null],
])("two commits of %s are compared at %s", (source, url) => {
  expect(compareLink(source, "a1b9f2e", "b2c0d3f")).toBe(url);
});

const [github, gitlab] = ["https://github.com/acme/shop", "https://gitlab.com/acme/shop"];

test.each([
  [github, "Ship it (#12)", { name: "#12", url: "https://github.com/acme/shop/pull/12" }],
  [github, "Merge pull request #12 from acme/x", { name: "#12", url: "https://github.com/acme/shop/pull/12" }],
  [gitlab, "Ship it (!12)", { name: "!12", url: "https://gitlab.com/acme/shop/-/merge_requests/12" }],
  [github, "Fix #12", null],
  [github, "Ship it (#12) again", null],
  [github, "Ship it (!12)", null],
  [gitlab, "Ship it (#12)", null],
  [null, "Ship it (#12)", null],
])("in %s, %j came by %j", (source, subject, request) => {
  expect(requestLink(source, subject)).toEqual(request);
});
