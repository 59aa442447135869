import { describe, expect, test } from "vitest";
import { type Rollout, rolloutOf } from "../../src/core/rollout.ts";
import type { Workload } from "../../src/core/workload.ts";
import { counts, deadlineExceeded, minute, now, podsRefused, rolledOut, second, workload, writer } from "./given.ts";

type Row = readonly [rule: string, given: Partial<Workload>, state: Rollout];

const done = { state: "done" } as const;
const unobserved = { state: "unobserved" } as const;
const waits = (waiting: "update" | "old pods" | "available", ready: number, of: number) =>
  ({ state: "progressing", waiting, done: ready, of }) as const;

describe("a Deployment is as far as kubectl says", () => {
  test.each<Row>([
    ["the controller has not seen the change", { generation: 8 }, unobserved],
    [
      "the controller has not seen the change, so an old failure says nothing",
      { generation: 8, conditions: [deadlineExceeded] },
      unobserved,
    ],
    [
      "the controller has never seen it",
      { generation: 1, observedGeneration: 0, counts: counts(0), conditions: [] },
      unobserved,
    ],
    ["no pod is new yet", { replicas: 1, counts: counts(1, { updated: 0 }) }, waits("update", 0, 1)],
    ["some pods are new", { counts: counts(4, { updated: 1, available: 3 }) }, waits("update", 1, 3)],
    ["an old pod is still there", { replicas: 1, counts: counts(2, { updated: 1 }) }, waits("old pods", 1, 2)],
    [
      "a new pod is not available yet",
      { replicas: 2, counts: counts(2, { ready: 1, available: 1 }) },
      waits("available", 1, 2),
    ],
    [
      "ready is not yet available",
      { replicas: 2, counts: counts(2, { ready: 2, available: 0 }) },
      waits("available", 0, 2),
    ],
    ["all pods are new and available", { replicas: 2, counts: counts(2) }, done],
    ["nothing is wanted and nothing is there", { replicas: 0, counts: counts(0) }, done],
    [
      "nothing is wanted and old pods are there",
      { replicas: 0, counts: counts(2, { updated: 0 }) },
      waits("old pods", 0, 2),
    ],
    ["no controller ever wrote a count", { counts: counts(0) }, waits("update", 0, 3)],
    [
      "the deadline has passed",
      { counts: counts(4, { updated: 1 }), conditions: [deadlineExceeded] },
      { state: "failed", because: "deadline", message: deadlineExceeded.message },
    ],
    [
      "the deadline has passed, and that decides before the counts",
      { conditions: [deadlineExceeded] },
      { state: "failed", because: "deadline", message: deadlineExceeded.message },
    ],
  ])("%s", (_, given, state) => {
    expect(rolloutOf(workload(given), now)).toEqual(state);
  });
});

describe("a DaemonSet is as far as kubectl says", () => {
  test.each<Row>([
    ["the controller has not seen the change", { generation: 8 }, unobserved],
    ["not every node has a new pod", { counts: counts(3, { updated: 1 }) }, waits("update", 1, 3)],
    ["a new pod is not available", { counts: counts(3, { available: 2 }) }, waits("available", 2, 3)],
    ["every node has a new, available pod", {}, done],
    ["there is no node for it", { replicas: 0, counts: counts(0) }, done],
    [
      "its pods are replaced by hand",
      { strategy: "OnDelete", counts: counts(3, { updated: 1 }) },
      { state: "on delete" },
    ],
    ["its pods are replaced by hand, and the change was not seen", { strategy: "OnDelete", generation: 8 }, unobserved],
  ])("%s", (_, given, state) => {
    expect(rolloutOf(workload({ kind: "DaemonSet", conditions: [], ...given }), now)).toEqual(state);
  });
});

describe("a StatefulSet is as far as kubectl says", () => {
  test.each<Row>([
    ["the controller has not seen the change", { generation: 8 }, unobserved],
    ["the controller has never seen it", { generation: 1, observedGeneration: 0 }, unobserved],
    ["a pod is not ready", { counts: counts(3, { ready: 2 }) }, waits("available", 2, 3)],
    [
      "a pod is not ready, which comes before how many are new",
      { counts: counts(3, { ready: 2, updated: 0 }) },
      waits("available", 2, 3),
    ],
    ["ready pods are still old", { counts: counts(3, { updated: 1 }) }, waits("update", 1, 3)],
    ["all are ready and new", {}, done],
    [
      "a partition keeps two of three old, and the third is new",
      { partition: 2, counts: counts(3, { updated: 1 }) },
      done,
    ],
    [
      "a partition keeps two of three old, and the third is old too",
      { partition: 2, counts: counts(3, { updated: 0 }) },
      waits("update", 0, 1),
    ],
    ["a partition above all ordinals keeps everything old", { partition: 5, counts: counts(3, { updated: 0 }) }, done],
    [
      "its pods are replaced by hand",
      { strategy: "OnDelete", counts: counts(3, { updated: 0 }) },
      { state: "on delete" },
    ],
    ["it is scaled to zero", { replicas: 0, counts: counts(0) }, done],
  ])("%s", (_, given, state) => {
    expect(rolloutOf(workload({ kind: "StatefulSet", conditions: [], ...given }), now)).toEqual(state);
  });
});

describe("where kubectl leaves a gap", () => {
  const late = { counts: counts(4, { updated: 1, available: 3 }) };
  const refused = { state: "failed", because: "pods refused", message: podsRefused.message } as const;
  const deadline = { state: "failed", because: "deadline", message: deadlineExceeded.message } as const;

  test.each<Row>([
    ["paused with matching counts is paused, not rolled out", { paused: true }, { state: "paused", complete: true }],
    [
      "paused with a changed template is paused, not waiting for ever",
      { paused: true, counts: counts(3, { updated: 0 }) },
      { state: "paused", complete: false },
    ],
    ["paused, and the pause was not seen yet", { paused: true, generation: 8 }, unobserved],
    ["pods that the API server refuses fail at once", { ...late, conditions: [rolledOut, podsRefused] }, refused],
    [
      "a refusal that is over does not count",
      { ...late, conditions: [rolledOut, { ...podsRefused, status: "False" }] },
      waits("update", 1, 3),
    ],
    [
      "the failure of the release before, for a moment after the change",
      { ...late, conditions: [deadlineExceeded], writers: [writer({ at: now - 3 * second })] },
      waits("update", 1, 3),
    ],
    [
      "the refusal of the release before, for a moment after the change",
      {
        ...late,
        conditions: [{ ...podsRefused, updatedAt: now - minute }],
        writers: [writer({ at: now - 3 * second })],
      },
      waits("update", 1, 3),
    ],
    [
      "an old failure is believed when it stays",
      { ...late, conditions: [deadlineExceeded], writers: [writer({ at: now - 11 * second })] },
      deadline,
    ],
    [
      "a failure newer than the change is believed at once",
      {
        ...late,
        conditions: [{ ...deadlineExceeded, updatedAt: now - second }],
        writers: [writer({ at: now - 3 * second })],
      },
      deadline,
    ],
    [
      "a refusal in the second of the change is believed at once",
      {
        ...late,
        conditions: [{ ...podsRefused, updatedAt: now - 3 * second }],
        writers: [writer({ at: now - 3 * second })],
      },
      refused,
    ],
    [
      "the newest writer tells when the change was",
      {
        ...late,
        conditions: [deadlineExceeded],
        writers: [writer({ at: null }), writer({ at: now - second }), writer({ manager: "helm" })],
      },
      waits("update", 1, 3),
    ],
    ["a failure is believed where nobody knows who wrote", { conditions: [deadlineExceeded], writers: [] }, deadline],
    [
      "a failure without a time is believed",
      { conditions: [{ ...deadlineExceeded, updatedAt: null }], writers: [writer({ at: now })] },
      deadline,
    ],
  ])("%s", (_, given, state) => {
    expect(rolloutOf(workload(given), now)).toEqual(state);
  });
});
