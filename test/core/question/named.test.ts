import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namedIn, whereRuns } from "../../../src/core/question/named.ts";
import type { Known } from "../../../src/core/question/known.ts";
import * as given from "../given.ts";
import { viewOf } from "../look.ts";

const services: Readonly<Record<string, readonly string[]>> = {
  prod: ["checkout", "checkout-worker", "search", "cart", "live", "shop.api", "a1", "b1", "c1", "d1", "e1", "f1"],
  staging: ["checkout", "search", "canary"],
  qa: ["canary"],
};
const known: Known = {
  environments: [
    { name: "prod", aliases: ["production"] },
    { name: "staging", aliases: [] },
    { name: "qa", aliases: [] },
  ],
  default: "prod",
  has: (service, environment) => services[environment]?.includes(service.toLowerCase()) ?? false,
  services: (environment) => services[environment] ?? [],
};
const hex = "3f9a1c7d2b4e5f60".repeat(4);
const running = (digits: string) =>
  hex.startsWith(digits)
    ? [
        { service: "search", environment: "prod" },
        { service: "search", environment: "staging" },
      ]
    : [];
const find = (text: string) => namedIn(text, { ...known, running });
const service = (name: string, environment = "prod") => ({ kind: "service", service: name, environment });
const everything = (environment: string) => ({ kind: "environment", environment, page: 0 });

describe("what a message names is found", () => {
  test.each<[string, readonly object[]]>([
    ["checkout is slow", [service("checkout")]],
    ["*checkout*: 5xx &gt; 3 %, see <https://grafana.example.com/d/1|here>", [service("checkout")]],
    ["<https://grafana.example.com/d/checkout?env=staging|graph>", [service("checkout", "staging")]],
    ["deployed ghcr.io/acme/checkout:1.4.2", [service("checkout")]],
    ["checkout's error rate, Checkout again, and CHECKOUT.", [service("checkout")]],
    ["checkout-worker is slow", [service("checkout-worker")]],
    ["my-checkout and checkouts and xcheckout and écheckout", []],
    ["cart, then checkout-worker, then search", [service("checkout-worker"), service("search"), service("cart")]],
    ["shop.api.", [service("shop.api")]],
    ["is checkout live in staging?", [service("checkout", "staging")]],
    ["it is live", [service("live")]],
    ["checkout is live", [service("checkout")]],
    ["canary looks odd", [service("canary", "staging"), service("canary", "qa")]],
    ["canary in production looks odd", [service("canary", "staging"), service("canary", "qa")]],
    ["checkout in prod and staging", [service("checkout"), service("checkout", "staging")]],
    ["something is wrong in Production!", [everything("prod")]],
    ["f1 e1 d1 c1 b1 a1", ["a1", "b1", "c1", "d1", "e1"].map((it) => service(it))],
    [`runs sha256:${hex}`, [service("search"), service("search", "staging")]],
    [`runs sha256:${hex} in staging`, [service("search", "staging")]],
    ["runs `sha256:3F9A1C7`", [service("search"), service("search", "staging")]],
    ["runs 3f9a1c7d2b4e…", [service("search"), service("search", "staging")]],
    ["search in prod is sha256:3f9a1c7 and cart is slow", [service("search"), service("cart")]],
    ["nothing at all", []],
    ["", []],
  ])("%j", (text, choices) => {
    expect(find(text).choices).toEqual(choices);
  });

  test.each([
    ["six digits are too few to mean one image", "sha256:3f9a1c", []],
    ["eleven without a name for what they are", "3f9a1c7d2b4", []],
    ["the end of something longer", "checkout-7d9f8b3f9a1c7d2b4e 0x3f9a1c7d2b4e", []],
    ["a digest that goes on too long", `sha256:${hex}ab`, []],
    ["part of an id", "550e8400-e29b-41d4-a716-446655440000", []],
    ["a digest that nothing runs", "sha256:DEADBEEF and deadbeefdead", ["sha256:deadbeef", "deadbeefdead"]],
    ["the same twice", "sha256:deadbeef sha256:deadbeef", ["sha256:deadbeef"]],
  ])("as a digest, or not: %s", (_, text, unseen) => {
    expect(find(text)).toEqual({ choices: [], unseen });
  });

  test("whatever a message says, at most five things that exist, each once", () => {
    const words = fc.constantFrom(
      "checkout",
      "prod",
      "staging",
      "canary",
      "sha256:",
      hex,
      "<",
      "|",
      "-",
      ".",
      " ",
      "a",
    );
    const message = fc.oneof(
      fc.string(),
      fc.array(words).map((it) => it.join("")),
      fc.array(words).map((it) => it.join(" ")),
    );
    fc.assert(
      fc.property(message, (text) => {
        const { choices } = find(text);
        expect(choices.length).toBeLessThanOrEqual(5);
        expect(new Set(choices.map((it) => JSON.stringify(it).toLowerCase())).size).toBe(choices.length);
        expect(choices.every((it) => it.kind !== "service" || known.has(it.service, it.environment))).toBe(true);
      }),
    );
  });

  test("a message as long as Slack allows, made to be slow, is read at once", () => {
    for (const text of [".".repeat(40_000), "a.".repeat(20_000), "f".repeat(40_000), `a${"-".repeat(39_999)}`]) {
      const before = performance.now();
      find(text);
      expect(performance.now() - before).toBeLessThan(1_000);
    }
  });
});

describe("where an image runs", () => {
  const revision = given.revision(1);
  const environments = [
    { name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: ["shop"] }] },
    { name: "other", aliases: [], places: [{ cluster: "prod-eu", namespaces: ["other"] }] },
  ];
  const where = (hexDigits: string, pods = given.pods(2, revision)) =>
    whereRuns(hexDigits, viewOf([given.workload(), revision, ...pods]), environments);
  const [first, last] = [
    given.pod(revision, { name: "x" }),
    given.pod(revision, { name: "y", digest: given.digest("b") }),
  ];
  const inProd = [{ service: "checkout", environment: "prod" }];

  test("is said by the digests that pods report, whole or the beginning of it", () => {
    expect(where("a".repeat(64))).toEqual(inProd);
    expect(where("aaaaaaa")).toEqual(inProd);
    expect(where("baaaaaa")).toEqual([]);
  });

  test("one pod is enough", () => {
    expect(where("bbbbbbb", [first, last])).toEqual(inProd);
  });

  test.each([
    ["the digest of an image's configuration, written bare", { imageId: "c".repeat(64) }, "ccccccc", inProd],
    ["the same with its name", { imageId: `docker://sha256:${"c".repeat(64)}` }, "ccccccc", inProd],
    ["the index that was asked for", { image: given.image(given.digest("d")) }, "ddddddd", inProd],
    ["what was asked for, but has not started", { image: given.image(given.digest("d")), imageId: "" }, "ddddddd", []],
    ["digits in the middle", { imageId: `ghcr.io/a@sha256:${"e".repeat(8)}${"f".repeat(56)}` }, "fffffff", []],
  ])("%s", (_, container, digits, expected) => {
    expect(where(digits, [given.pod(revision, { container })])).toEqual(expected);
  });
});
