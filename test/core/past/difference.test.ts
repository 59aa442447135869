import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConfigState, Release } from "../../../src/core/ledger/release.ts";
import { differencesOf } from "../../../src/core/past/difference.ts";
import { digest, image } from "../given.ts";
import { config, container, release } from "../given-release.ts";

const { is: first } = config("1");
const absent: ConfigState = { state: "absent" };
const unread: ConfigState = { state: "unread" };
const withConfig = (is: ConfigState): Partial<Release> => ({ configs: [{ ...config("1"), is }] });
const configured = (change: string) => [{ kind: "configuration", of: "ConfigMap", name: "checkout-config", change }];

describe("what a release has that the one before it had not", () => {
  test.each<[string, Partial<Release>, Partial<Release>, readonly object[]]>([
    ["nothing", {}, {}, []],
    [
      "another tag",
      { containers: [container("1.4.1", [digest("a")])] },
      {},
      [{ kind: "image", container: "checkout", from: image("1.4.1"), to: image("1.4.2") }],
    ],
    [
      "the same tag, and another image behind it",
      { containers: [container("1.4.2", [digest("a")])] },
      {},
      [
        {
          kind: "tag moved",
          container: "checkout",
          image: image("1.4.2"),
          from: [digest("a")],
          to: [digest("b")],
        },
      ],
    ],
    ["the same tag, and nobody saw what was behind it", { containers: [container("1.4.2", [])] }, {}, []],
    ["one of the digests that were seen", { containers: [container("1.4.2", [digest("a"), digest("b")])] }, {}, []],
    [
      "a container more",
      {},
      { containers: [container(), { ...container("2"), name: "proxy" }] },
      [{ kind: "image", container: "proxy", from: null, to: image("2") }],
    ],
    [
      "a container less",
      { containers: [container(), { ...container("2"), name: "proxy" }] },
      {},
      [{ kind: "image", container: "proxy", from: image("2"), to: null }],
    ],
    ["a ConfigMap that changed", withConfig(first), { configs: [config("2")] }, configured("changed")],
    ["a ConfigMap that was made", withConfig(absent), withConfig(first), configured("made")],
    ["a ConfigMap that was deleted", withConfig(first), withConfig(absent), configured("deleted")],
    ["a ConfigMap that it names now", {}, withConfig(first), configured("used")],
    ["a ConfigMap that it names no more", withConfig(unread), {}, configured("not used")],
    ["a ConfigMap that nobody could read", withConfig(unread), withConfig(first), []],
    ["a ConfigMap that is still not there", withConfig(absent), withConfig(absent), []],
  ])("%s", (_, before, after, expected) => {
    expect(differencesOf(release(after), release(before))).toEqual(expected);
  });
});

test("a release differs in nothing from itself, and as much forward as backward", () => {
  const digests = fc.uniqueArray(fc.constantFrom("a", "b", "c").map(digest));
  const containers = fc.uniqueArray(
    fc.record({ tag: fc.constantFrom("1", "2"), digests, name: fc.constantFrom("app", "proxy") }),
    { selector: (it) => it.name },
  );
  const any = containers.map((all) =>
    release({ containers: all.map((it) => ({ ...container(it.tag, it.digests), name: it.name })) }),
  );
  fc.assert(
    fc.property(any, any, (one, other) => {
      expect(differencesOf(one, one)).toEqual([]);
      expect(differencesOf(one, other).length).toBe(differencesOf(other, one).length);
    }),
  );
});
