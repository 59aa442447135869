import { describe, expect, test } from "vitest";
import type { Running } from "../../src/core/running.ts";
import {
  aliasesOf,
  counts,
  digest,
  image,
  pod,
  podContainer,
  pods,
  podsRefused,
  revision,
  starting,
  template,
  templateContainer,
  workload,
} from "./given.ts";
import { v1, v2, onV1, onV2, withProxy } from "./two-releases.ts";
import { look } from "./look.ts";

const [a, b, c] = [digest("a"), digest("b"), digest("c")];

type Row = readonly [situation: string, answer: Running, verdicts: readonly object[]];
const uniform = { kind: "uniform" };
const zero = { kind: "scaled to zero" };
const rolling = (fresh: number, old: number, paused = false) => ({ kind: "rolling", fresh, old, paused });

const initTemplate = template("", {
  containers: [templateContainer(), templateContainer({ name: "migrate", role: "init" })],
});
const initV1 = revision(1, { template: initTemplate });
const forgotten = pod(initV1, {
  name: "forgotten",
  containers: initTemplate.containers.map((it) => podContainer(it, it.role === "init" ? { imageId: c } : {})),
});

describe("nothing is wrong", () => {
  test.each<Row>([
    ["all pods run one digest", look(), [uniform]],
    ["one pod of one", look({ workload: workload({ replicas: 1 }) }), [uniform]],
    ["the digest asked for runs", look({ workload: workload({ template: template(image(a)) }) }), [uniform]],
    [
      "a pod of the old release is being deleted",
      look({
        workload: workload({ template: v2.template }),
        revisions: [v1, v2],
        pods: [...onV1(1, { terminating: true }), ...onV2(3)],
      }),
      [uniform],
    ],
    [
      "evicted pods lie around",
      look({ revisions: [v1], pods: [...onV1(3), ...onV1(5, { name: "evicted", phase: "Failed", ready: false })] }),
      [uniform],
    ],
    [
      "evicted pods of another release lie around",
      look({
        workload: workload({ template: v2.template }),
        revisions: [v1, v2],
        pods: [...onV2(3), ...onV1(5, { phase: "Failed" })],
      }),
      [uniform],
    ],
    [
      "a pod is replaced long after the rollout",
      look({
        workload: workload({ counts: counts(3, { ready: 2, available: 2 }) }),
        revisions: [v1],
        pods: [...onV1(2), pod(v1, { digest: null, container: starting })],
      }),
      [uniform],
    ],
    [
      "an autoscaler adds pods",
      look({
        workload: workload({ replicas: 5, counts: counts(5, { ready: 3, available: 3 }) }),
        revisions: [v1],
        pods: [...onV1(3), ...onV1(2, { name: "added", digest: null, container: starting })],
      }),
      [uniform],
    ],
    [
      "it was scaled, and the controller has not looked yet",
      look({ workload: workload({ replicas: 5, generation: 8, counts: counts(3) }), revisions: [v1], pods: onV1(3) }),
      [uniform],
    ],
    ["it is paused, and nothing has changed since", look({ workload: workload({ paused: true }) }), [uniform]],
    [
      "somebody is inside a pod with a debug shell",
      look({
        revisions: [v1],
        pods: [
          ...onV1(2),
          pod(v1, {
            containers: [
              ...pod(v1).containers,
              podContainer(
                { name: "debugger", role: "ephemeral", image: "busybox" },
                { ready: false, imageId: `busybox@${c}` },
              ),
            ],
          }),
        ],
      }),
      [uniform],
    ],
    [
      "a service mesh is half-way through an upgrade of its sidecar",
      look({ revisions: [v1], pods: [...withProxy(2, b), ...withProxy(1, c)] }),
      [uniform],
    ],
    [
      "also when the registry knows both of its digests",
      look({
        revisions: [v1],
        pods: [...withProxy(2, b), ...withProxy(1, c)],
        aliases: aliasesOf([a], [b], [c]),
      }),
      [uniform],
    ],
    [
      "also when the sidecar's tag has moved",
      look({ revisions: [v1], pods: [...withProxy(2, b, ":1"), ...withProxy(1, c, ":1")] }),
      [uniform],
    ],
    [
      "a node has removed the image of an init container that ended long ago, and reports its configuration",
      look({ workload: workload({ template: initTemplate }), revisions: [initV1], pods: [pod(initV1), forgotten] }),
      [uniform],
    ],
    [
      "one pod's name for a pinned image ties the others' to it",
      look({
        workload: workload({ template: template(image(a)) }),
        pods: [c, b].map((runs) =>
          pod(revision(1, { template: template(image(a)) }), { name: `pod-${runs.at(-1)}`, digest: runs }),
        ),
        aliases: (it) => (it === b ? new Set([a, b, c]) : null),
      }),
      [uniform],
    ],
    [
      "a webhook made the tag into its digest",
      look({ revisions: [v1], pods: onV1(3, { container: { image: image(a) } }) }),
      [uniform],
    ],
    [
      "a webhook added the digest to the tag",
      look({ revisions: [v1], pods: onV1(3, { container: { image: `${image("1.4.2")}@${a}` } }) }),
      [uniform],
    ],
    [
      "the template leaves out what everybody adds: registry, library, latest",
      look({
        workload: workload({ template: template("nginx") }),
        pods: pods(3, revision(1, { template: template("nginx") }), {
          container: { image: "docker.io/library/nginx:latest" },
        }),
      }),
      [uniform],
    ],
    [
      "CRI-O names the platform's manifest, and the registry says it is the one asked for",
      look({
        workload: workload({ template: template(image(a)) }),
        pods: pods(3, revision(1, { template: template(image(a)) }), { digest: b }),
        aliases: aliasesOf([a, b]),
      }),
      [uniform],
    ],
    [
      "one node reports the configuration's digest, and the registry says it is the same image",
      look({ revisions: [v1], pods: [...onV1(2), pod(v1, { container: { imageId: c } })], aliases: aliasesOf([a, c]) }),
      [uniform],
    ],
  ])("%s", (_, answer, verdicts) => {
    expect(answer.verdicts).toMatchObject(verdicts);
  });
});

describe("nothing is wanted", () => {
  const none = workload({ replicas: 0 });
  test.each<Row>([
    ["and nothing is there", look({ workload: none, pods: [] }), [zero]],
    [
      "and the last pods are going away",
      look({ workload: none, revisions: [v1], pods: onV1(3, { terminating: true }) }),
      [zero],
    ],
    [
      "and a refusal from before is still written down",
      look({ workload: { ...none, conditions: [podsRefused] }, pods: [] }),
      [zero],
    ],
    [
      "and pods of the release before are still there",
      look({ workload: { ...none, template: v2.template }, revisions: [v1, v2], pods: onV1(1) }),
      [rolling(0, 1)],
    ],
  ])("%s", (_, answer, verdicts) => {
    expect(answer.verdicts).toMatchObject(verdicts);
  });

  test("the pods that are going away are told", () => {
    expect(look({ workload: none, revisions: [v1], pods: onV1(3, { terminating: true }) }).pods).toEqual({
      wanted: 0,
      running: 0,
      ready: 0,
      leaving: 3,
    });
  });
});
