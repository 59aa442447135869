import { describe, expect, test } from "vitest";
import type { Since } from "../../src/core/running.ts";
import type { Revision, Template } from "../../src/core/workload.ts";
import {
  digest,
  hour,
  image,
  minute,
  now,
  pod,
  podContainer,
  pods,
  revision,
  starting,
  template,
  templateContainer,
  workload,
} from "./given.ts";
import { look } from "./look.ts";
import { onV1, onV2, toV2, v1, v2, withProxy } from "./two-releases.ts";

const [a, b] = [digest("a"), digest("b")];

describe("the revision that is current", () => {
  const defaulted = template(image("1.5.0"), { config: "a default that a new API server adds" });
  const twin = revision(3, { template: v2.template });
  const announced = { "deployment.kubernetes.io/revision": "3" };

  type Row = readonly [
    rule: string,
    given: Parameters<typeof workload>[0],
    revisions: readonly Revision[],
    name: string | null,
  ];
  test.each<Row>([
    ["has the workload's own template", { template: v1.template }, [v1, v2], "checkout-1"],
    [
      "is the oldest of those with that template, as the controller chooses",
      { template: v2.template },
      [v1, twin, v2],
      "checkout-2",
    ],
    ["is the newest one when no template is equal any more", { template: defaulted }, [v1, v2], "checkout-2"],
    ["is not there yet while the controller has not looked", { template: defaulted, generation: 8 }, [v1, v2], null],
    ["is not there yet while the workload is paused", { template: defaulted, paused: true }, [v1, v2], null],
    [
      "is not there yet while we have not seen the one that is announced",
      { template: defaulted, notes: announced },
      [v1, v2],
      null,
    ],
    [
      "is the announced one once we see it",
      { template: defaulted, notes: announced },
      [v1, { ...v1, ...twin, template: v1.template }],
      "checkout-3",
    ],
    ["is not there without revisions", {}, [], null],
  ])("%s", (_, given, revisions, name) => {
    expect(look({ workload: workload(given), revisions, pods: [] }).revision?.name ?? null).toBe(name);
  });
});

test("pods that end, have ended or are evicted are no part of what runs", () => {
  const all = [
    ...onV1(2),
    pod(v1, { name: "starting", digest: null, container: starting }),
    pod(v1, { name: "leaving", terminating: true }),
    pod(v1, { name: "evicted", phase: "Failed", ready: false }),
    pod(v1, { name: "completed", phase: "Succeeded", ready: false }),
  ];
  const answer = look({ revisions: [v1], pods: all });
  expect(answer.pods).toEqual({ wanted: 3, running: 3, ready: 2, leaving: 1 });
  expect(answer.containers[0]?.now.flatMap((it) => it.pods.map(({ name }) => name))).toEqual([
    "checkout-1-0",
    "checkout-1-1",
    "starting",
  ]);
});

test("pods of somebody else are not counted", () => {
  const stranger = pod(revision(9, { owner: "deployment-payments" }), { name: "payments" });
  expect(
    look({ revisions: [v1], pods: [...onV1(3), stranger, { ...stranger, name: "bare", uid: "bare", owner: null }] })
      .pods.running,
  ).toBe(3);
});

describe("the containers of an answer", () => {
  const several: Template = template("", {
    containers: [
      templateContainer({ name: "migrate", role: "init", image: "ghcr.io/acme/migrate:1" }),
      templateContainer({ name: "logs", role: "sidecar", image: "ghcr.io/acme/logs:1" }),
      templateContainer(),
      templateContainer({ name: "worker", image: "ghcr.io/acme/worker:1" }),
    ],
  });
  const of = revision(1, { template: several });
  const injected = podContainer({ name: "istio-proxy", role: "sidecar", image: "docker.io/istio/proxyv2:1.25" });
  const shell = podContainer({ name: "debugger-x7", role: "ephemeral", image: "busybox" });
  const answer = look({
    workload: workload({ template: several }),
    revisions: [of],
    pods: pods(2, of, { containers: [...pod(of).containers, injected, shell] }),
  });

  test("are the main ones, the sidecars, the init containers, and then what was injected", () => {
    expect(answer.containers.map((it) => [it.name, it.role, it.injected])).toEqual([
      ["checkout", "main", false],
      ["worker", "main", false],
      ["logs", "sidecar", false],
      ["migrate", "init", false],
      ["istio-proxy", "sidecar", true],
    ]);
  });

  test("are each held against their own image", () => {
    expect(answer.containers.map((it) => it.match)).toEqual(
      Array.from({ length: 5 }, () => ({ kind: "by tag", digest: a })),
    );
    expect(answer.containers.map(({ image: it }) => (it.kind === "reference" ? it.repository : it.text))).toEqual([
      "acme/checkout",
      "acme/worker",
      "acme/logs",
      "acme/migrate",
      "istio/proxyv2",
    ]);
  });

  test("show what the first pod was injected with, while a mesh is half-way through an upgrade", () => {
    const [, proxy] = look({ revisions: [v1], pods: [...withProxy(2, b), ...withProxy(1, digest("c"))] }).containers;
    expect(proxy).toMatchObject({ image: { digest: b }, match: { kind: "pinned", digest: b } });
  });

  test("leave out debug shells, which are told apart: somebody is inside", () => {
    expect(answer.shells).toEqual([
      { pod: "checkout-1-0", container: "debugger-x7", image: "busybox" },
      { pod: "checkout-1-1", container: "debugger-x7", image: "busybox" },
    ]);
  });

  test("tell the new digest and the old one apart while a rollout is under way", () => {
    const [checkout] = look({ workload: toV2, revisions: [v1, v2], pods: [...onV1(2), ...onV2(1)] }).containers;
    expect(checkout?.now.map((it) => it.digest)).toEqual([b]);
    expect(checkout?.before.map((it) => it.digest)).toEqual([a]);
  });

  test("are pending while no pod of them exists", () => {
    const [checkout] = look({ revisions: [v1], pods: [] }).containers;
    expect(checkout).toMatchObject({ name: "checkout", match: { kind: "pending" }, now: [], before: [] });
  });

  test("speak for the largest group that has started", () => {
    const [checkout] = look({
      revisions: [v1],
      pods: [...onV1(3, { digest: null }), pod(v1, { name: "only", digest: b })],
    }).containers;
    expect(checkout?.match).toEqual({ kind: "by tag", digest: b });
  });
});

describe("the age of the release", () => {
  const returned = { ...v1, number: 3, returned: true, createdAt: now - 30 * 24 * hour };

  type Row = readonly [rule: string, scene: NonNullable<Parameters<typeof look>[0]>, since: Since | null];
  test.each<Row>([
    ["is that of its revision", { revisions: [v1] }, { at: v1.createdAt, how: "revision created" }],
    [
      "is at least that of the oldest pod, when the workload came back to an old revision",
      {
        revisions: [returned, v2],
        pods: [...onV1(2, { createdAt: now - minute }), pod(returned, { createdAt: now - 3 * minute })],
      },
      { at: now - 3 * minute, how: "oldest pod" },
    ],
    [
      "is unknown when it came back to a revision that has no pods yet",
      { revisions: [returned, v2], pods: onV2(3) },
      null,
    ],
    ["is unknown while there is no revision", { revisions: [], pods: [] }, null],
  ])("%s", (_, scene, since) => {
    expect(look(scene).since).toEqual(since);
  });
});
