import { describe, expect, test } from "vitest";
import { candidatesOf } from "../../../src/core/plan/candidate.ts";
import { lastChangeOf } from "../../../src/core/plan/last.ts";
import { lostSince } from "../../../src/core/plan/lost.ts";
import { alice, config, container, end, nobody, release } from "../given-release.ts";
import { digest, hour, minute, noAliases, now } from "../given.ts";
import { rawRevision } from "./given.ts";

const at = (hoursAgo: number) => ({ at: now - hoursAgo * hour, notBefore: null });
const revision = (number: number) => ({ ...release().revision, uid: `replicaset-${number}`, number });
const commit = (value: string) => ({ ...alice, commits: alice.commits.map((it) => ({ ...it, value })) });

const current = release({
  revision: revision(7),
  containers: [container("1.4", [digest("c")])],
  provenance: commit("ccccccc"),
});
const between = release({ revision: revision(6), start: at(5), end: end(2), provenance: nobody });
const changed = release({ revision: revision(5), kind: "configuration", start: at(8), end: end(5) });
const target = release({ revision: revision(5), start: at(9), end: end(8), provenance: commit("aaaaaaa") });

const releases = [current, between, { ...changed, provenance: commit("aaaaaaa") }, target];
const { others } = candidatesOf({
  template: "v7",
  revisions: [7, 6, 5].map((it) => rawRevision(it)),
  releases,
  healthyForMs: minute,
  aliases: noAliases,
  now,
});
const back = others.find((it) => it.revision.number === 5);

describe("what is lost", () => {
  test("is every release since the target last ran, with where the commits between can be read", () => {
    const lost = back && lostSince(back, releases);
    expect(lost?.releases.map((it) => [it.image, it.commit])).toEqual([
      [digest("c"), "ccccccc"],
      [digest("b"), null],
    ]);
    expect(lost).toMatchObject({
      incomplete: false,
      compare: "https://github.com/acme/shop/compare/aaaaaaa...ccccccc",
    });
  });

  test("is not known to be all of it where the ledger does not know the target", () => {
    const [unknown] = candidatesOf({
      template: "v7",
      revisions: [rawRevision(7), rawRevision(2)],
      releases,
      healthyForMs: 1,
      aliases: noAliases,
      now,
    }).others;
    expect(unknown && lostSince(unknown, releases)).toMatchObject({ incomplete: true, compare: null });
  });
});

describe("what changed last", () => {
  const before = release({ configs: [config("1")], start: at(3), end: end(1) });
  test("is configuration, where the image stayed", () => {
    const after = release({ kind: "configuration", configs: [config("2")], start: at(1) });
    expect(lastChangeOf([after, before])).toEqual([
      { config: { kind: "ConfigMap", name: "checkout-config" }, at: now - hour },
    ]);
  });

  test("is nothing of that kind after a deploy, or where nothing came before", () => {
    expect(lastChangeOf([release({ configs: [config("2")] }), before])).toEqual([]);
    expect(lastChangeOf([release({ kind: "configuration" })])).toEqual([]);
  });
});
