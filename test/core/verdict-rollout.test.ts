import { describe, expect, test } from "vitest";
import type { Running } from "../../src/core/running.ts";
import {
  counts,
  crashing,
  deadlineExceeded,
  digest,
  image,
  minute,
  now,
  pod,
  podsRefused,
  rolledOut,
  second,
  starting,
  underWay,
  workload,
  writer,
} from "./given.ts";
import { v1, v2, toV2, onV1, onV2, withProxy, unscheduled } from "./two-releases.ts";
import { look } from "./look.ts";

type Row = readonly [situation: string, answer: Running, verdicts: readonly object[]];
const rolling = (fresh: number, old: number, paused = false) => ({ kind: "rolling", fresh, old, paused });

describe("a rollout is under way", () => {
  test.each<Row>([
    [
      "new pods come up",
      look({ workload: toV2, revisions: [v1, v2], pods: [...onV1(3), ...onV2(1)] }),
      [rolling(1, 3)],
    ],
    [
      "the controller has not seen the change",
      look({ workload: { ...workload({ generation: 8, template: v2.template }) }, revisions: [v1], pods: onV1(3) }),
      [rolling(0, 3)],
    ],
    [
      "the controller has made the new revision, and we have not seen it yet",
      look({
        workload: { ...toV2, conditions: [rolledOut], notes: { "deployment.kubernetes.io/revision": "2" } },
        revisions: [v1],
        pods: onV1(3),
      }),
      [rolling(0, 3)],
    ],
    [
      "it is the first deploy, and there is nothing yet",
      look({
        workload: workload({ generation: 1, observedGeneration: 0, counts: counts(0), conditions: [] }),
        revisions: [],
        pods: [],
      }),
      [rolling(0, 0)],
    ],
    [
      "it is the first deploy, and its pods are being created",
      look({
        workload: workload({ counts: counts(3, { ready: 0, available: 0 }), conditions: [underWay] }),
        revisions: [v1],
        pods: onV1(3, { digest: null, container: starting }),
      }),
      [rolling(3, 0)],
    ],
    [
      "Recreate, between the last old pod and the first new one",
      look({
        workload: { ...toV2, strategy: "Recreate", counts: counts(0) },
        revisions: [v1, v2],
        pods: onV1(3, { terminating: true }),
      }),
      [rolling(0, 0)],
    ],
    [
      "it is paused mid-way",
      look({ workload: { ...toV2, paused: true }, revisions: [v1, v2], pods: [...onV1(2), ...onV2(1)] }),
      [rolling(1, 2, true)],
    ],
    [
      "it was paused before its template was changed",
      look({ workload: workload({ paused: true, template: v2.template }), revisions: [v1], pods: onV1(3) }),
      [rolling(0, 3, true)],
    ],
    [
      "a rollback from a release that crashes: old pods crash, new ones come up",
      look({
        workload: {
          ...toV2,
          template: v1.template,
          conditions: [deadlineExceeded],
          writers: [writer({ at: now - 2 * second })],
        },
        revisions: [{ ...v1, number: 3, returned: true }, v2],
        pods: [...onV2(2, { container: crashing }), ...onV1(2, { digest: null, container: starting })],
      }),
      [rolling(2, 2)],
    ],
    [
      "a pod has no node for 5 seconds",
      look({ workload: toV2, revisions: [v1, v2], pods: [...onV1(3), unscheduled(5 * second)] }),
      [rolling(1, 3)],
    ],
    [
      "old pods of which some are edited in place: they go anyway",
      look({
        workload: toV2,
        revisions: [v1, v2],
        pods: [...onV1(3, { container: { image: image("x") } }), ...onV2(1)],
      }),
      [rolling(1, 3)],
    ],
  ])("%s", (_, answer, verdicts) => {
    expect(answer.verdicts).toMatchObject(verdicts);
  });
});

const troubled = (name: string, reason: string, fresh: number, old: number) => ({
  kind: "stuck",
  trouble: { pod: name, reason },
  fresh,
  old,
});

function waiting(reason: string) {
  return { ready: false, waiting: { reason, message: "" } };
}

describe("a rollout is stuck", () => {
  test.each<Row>([
    [
      "a new pod cannot pull its image, long before any deadline",
      look({
        workload: toV2,
        revisions: [v1, v2],
        pods: [...onV1(3), pod(v2, { digest: null, container: waiting("ImagePullBackOff") })],
      }),
      [troubled("checkout-2-x", "ImagePullBackOff", 1, 3), rolling(1, 3)],
    ],
    [
      "a pod has no node for 20 seconds",
      look({ workload: toV2, revisions: [v1, v2], pods: [...onV1(3), unscheduled(20 * second)] }),
      [troubled("checkout-2-x", "Unschedulable", 1, 3), rolling(1, 3)],
    ],
    [
      "the API server refuses the new pods",
      look({ workload: { ...toV2, conditions: [underWay, podsRefused] }, revisions: [v1, v2], pods: onV1(3) }),
      [{ kind: "stuck", trouble: null, message: podsRefused.message, fresh: 0, old: 3 }, rolling(0, 3)],
    ],
    [
      "the deadline has passed and the new pod runs without getting ready",
      look({
        workload: { ...toV2, conditions: [deadlineExceeded], writers: [writer({ at: now - 11 * minute })] },
        revisions: [v1, v2],
        pods: [...onV1(3), pod(v2, { digest: digest("b"), container: { ready: false } })],
      }),
      [{ ...troubled("checkout-2-x", "NotReady", 1, 3), message: deadlineExceeded.message }, rolling(1, 3)],
    ],
    [
      "it was paused after its new pods began to crash",
      look({
        workload: { ...toV2, paused: true },
        revisions: [v1, v2],
        pods: [...onV1(3), pod(v2, { container: crashing })],
      }),
      [troubled("checkout-2-x", "CrashLoopBackOff", 1, 3), rolling(1, 3, true)],
    ],
    [
      "one pod crash-loops long after the rollout was over",
      look({ revisions: [v1], pods: [...onV1(2), pod(v1, { container: crashing })] }),
      [troubled("checkout-1-x", "CrashLoopBackOff", 3, 0)],
    ],
    [
      "the first deploy crashes",
      look({
        workload: workload({ conditions: [underWay], counts: counts(3, { ready: 0, available: 0 }) }),
        revisions: [v1],
        pods: onV1(3, { container: crashing }),
      }),
      [troubled("checkout-1-0", "CrashLoopBackOff", 3, 0), rolling(3, 0)],
    ],
    [
      "a sidecar of the mesh does not start",
      look({
        revisions: [v1],
        pods: withProxy(3, digest("b")).map((it) => ({
          ...it,
          containers: it.containers.map((one) => (one.name === "istio-proxy" ? { ...one, ...crashing } : one)),
        })),
      }),
      [{ kind: "stuck", trouble: { container: "istio-proxy" } }],
    ],
  ])("%s", (_, answer, verdicts) => {
    expect(answer.verdicts).toMatchObject(verdicts);
  });
});
