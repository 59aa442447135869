import { expect, test } from "vitest";
import { faultOf, fullFleet, serviceAt, serviceNamed, smallFleet } from "../../bench/fleet.ts";
import { kinds } from "../../bench/objects.ts";
import { perPiece, stock, unzip } from "../../bench/pages.ts";
import { median, percentile, tableOf } from "../../bench/table.ts";

const service = serviceAt(fullFleet, 4_242);

test.each([
  ["deployments", 7_649],
  ["replicasets", 4_765],
  ["pods", 6_047],
] as const)("%s are as large as those of real clusters", (plural, bytes) => {
  for (const it of kinds[plural].of(service)) {
    const { length } = JSON.stringify(it);
    expect(Math.abs(length / bytes - 1)).toBeLessThan(0.05);
  }
});

test("an answer is wrong when it names another service's digest, or only the one before", () => {
  const { name, now, before } = service;
  const said = (digest: string) => `${name} ${digest} ${now.deployer} ${now.commit}`;
  expect(faultOf(said(now.digest), service)).toBeNull();
  expect(faultOf(said(before.digest), service)).toMatch(/^digest missing/);
  expect(faultOf(said(serviceAt(fullFleet, 1).now.digest), service)).toMatch(/^digest missing/);
});

test("a service is found by its name, and only where the cluster has it", () => {
  expect(serviceNamed(fullFleet, service.name)).toEqual(service);
  expect(serviceNamed(smallFleet, service.name)).toBeNull();
  expect(serviceNamed(fullFleet, "checkout")).toBeNull();
});

test("pieces put one after another are the objects of each namespace, in order and each once", () => {
  const { items, events } = stock(smallFleet, "pods");
  const listed: unknown = JSON.parse(`[${items.map((it) => unzip(it.zipped).toString()).join(",")}]`);
  expect(listed).toEqual(Array.from({ length: 120 }, (_, at) => kinds.pods.of(serviceAt(smallFleet, at))).flat());
  expect(items.every((it) => it.count <= perPiece)).toBe(true);
  const lines = unzip(Buffer.concat(events.map((it) => it.zipped))).toString();
  expect(lines.match(/\n/g)).toHaveLength(600);
});

test("the median and percentiles are values that were measured", () => {
  expect(median([3, 1, 2])).toBe(2);
  const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
  expect([percentile(hundred, 50), percentile(hundred, 99), percentile(hundred, 99.9)]).toEqual([50, 99, 100]);
});

test("a table says what was missed, and calls a small difference no claim", () => {
  const peer = { name: "peer", values: [20, 25, 30] };
  const row = { what: "p99", unit: "ms", ours: [10, 11, 12], peer, goal: { atMost: 5 } } as const;
  const table = tableOf({ title: "B0", about: "of nothing", rows: [row, { ...row, peer: { missing: "no jq here" } }] });
  expect(table).toContain(
    "| p99 | 11.0 ms (10.0 to 12.0) | peer: 25.0 ms (20.0 to 30.0) | no claim (2.27×) | MISSED: at most 5 ms |",
  );
  expect(table).toContain("| no jq here |  | MISSED");
});
