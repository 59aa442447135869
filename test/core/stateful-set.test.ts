import { describe, expect, test } from "vitest";
import type { Verdict } from "../../src/core/verdict.ts";
import { createView } from "../../src/core/view.ts";
import type { ClusterRecord, Pod, Revision, Workload } from "../../src/core/workload.ts";
import { counts, crashing, digest, hour, image, minute, now, second, starting, template } from "./given.ts";
import { look } from "./look.ts";
import { db1, db2, member, set } from "./stateful-set.ts";

const both = [db1, db2];
const three = (of: Revision): readonly Pod[] => [0, 1, 2].map((it) => member(it, of));
const notPulled = { waiting: { reason: "ImagePullBackOff", message: "no such image" } };
/** Since long ago, and not for a reason that anybody knows. */
const neverReady = { ready: false, containers: member(0, db1).containers.map((it) => ({ ...it, ready: false })) };

describe("of a StatefulSet, what is said when", () => {
  const back = { template: db1.template, updateRevision: "db-1a" };
  const partly = { partition: 2, counts: counts(3, { updated: 1 }) };
  const onDelete = { strategy: "OnDelete", counts: counts(3, { updated: 0 }) } as const;

  type Row = readonly [when: string, set: Partial<Workload>, pods: readonly Pod[], verdict: object];
  test.each<Row>([
    ["all pods are of the wanted revision", {}, three(db2), { kind: "uniform" }],
    [
      "a rollout is half way",
      { counts: counts(3, { updated: 1 }) },
      [member(0, db1), member(1, db1), member(2, db2)],
      { kind: "rolling", fresh: 1, old: 2, paused: false, held: null },
    ],
    [
      "a partition keeps two pods",
      partly,
      [member(0, db1), member(1, db1), member(2, db2)],
      { kind: "rolling", fresh: 1, old: 2, paused: false, held: "partition" },
    ],
    [
      "a partition keeps more pods than there are",
      { partition: 9, counts: counts(3, { updated: 0 }) },
      three(db1),
      { kind: "rolling", fresh: 0, old: 3, paused: false, held: "partition" },
    ],
    [
      "the pods above the partition are not there yet",
      { ...partly, counts: counts(3, { updated: 0, ready: 2 }) },
      [member(0, db1), member(1, db1), member(2, db2, { digest: null, container: starting, createdAt: now })],
      { kind: "rolling", fresh: 1, old: 2, paused: false, held: null },
    ],
    ["OnDelete has replaced all pods", { strategy: "OnDelete" }, three(db2), { kind: "uniform" }],
    [
      "OnDelete waits for somebody",
      onDelete,
      three(db1),
      { kind: "rolling", fresh: 0, old: 3, paused: false, held: "on delete" },
    ],
    [
      "a pod that OnDelete keeps crashes",
      { ...onDelete, ordered: false },
      [member(0, db1), member(1, db1), member(2, db1, { container: crashing })],
      { kind: "stuck", left: false, trouble: { pod: "db-2", reason: "CrashLoopBackOff" } },
    ],
    [
      "one pod is being replaced, long after the rollout",
      { counts: counts(3, { ready: 2 }) },
      [member(0, db2), member(1, db2), member(2, db2, { digest: null, container: starting, createdAt: now })],
      { kind: "uniform" },
    ],
    [
      "the new image cannot be pulled",
      { counts: counts(3, { updated: 1, ready: 2 }) },
      [member(0, db1), member(1, db1), member(2, db2, { digest: null, container: notPulled })],
      { kind: "stuck", left: false, trouble: { pod: "db-2", reason: "ImagePullBackOff" }, fresh: 1, old: 2 },
    ],
    [
      "the new pod has not been ready for ten minutes, and no deadline will tell",
      { counts: counts(3, { updated: 1, ready: 2 }) },
      [member(0, db1), member(1, db1), member(2, db2, { ...neverReady, createdAt: now - 10 * minute })],
      { kind: "stuck", left: false, trouble: { pod: "db-2", reason: "NotReady" } },
    ],
    [
      "it was rolled back, and the broken pod of the bad version holds everything up",
      { ...back, counts: counts(3, { updated: 2, ready: 2 }) },
      [member(0, db1), member(1, db1), member(2, db2, { digest: null, container: notPulled })],
      { kind: "stuck", left: true, trouble: { pod: "db-2", reason: "ImagePullBackOff" }, fresh: 2, old: 1 },
    ],
    [
      "the same, and the pod simply never gets ready",
      { ...back, counts: counts(3, { updated: 2, ready: 2 }) },
      [member(0, db1), member(1, db1), member(2, db2, { ...neverReady, createdAt: now - 2 * minute })],
      { kind: "stuck", left: true, trouble: { pod: "db-2", reason: "NotReady" } },
    ],
    [
      "the same, but it may still be starting",
      { ...back, counts: counts(3, { updated: 2, ready: 2 }) },
      [member(0, db1), member(1, db1), member(2, db2, { ...neverReady, createdAt: now - 90 * second })],
      { kind: "rolling", fresh: 2, old: 1, held: null },
    ],
    [
      "the same, but its pods do not wait for each other",
      { ...back, ordered: false, counts: counts(3, { updated: 2, ready: 2 }) },
      [member(0, db1), member(1, db1), member(2, db2, { digest: null, container: notPulled })],
      { kind: "rolling", fresh: 2, old: 1 },
    ],
    [
      "a pod below the partition crashes: deleted, it would come back as it is",
      { partition: 2, counts: counts(3, { updated: 1, ready: 2 }) },
      [member(0, db1), member(1, db1, { container: crashing }), member(2, db2)],
      { kind: "stuck", left: false, trouble: { pod: "db-1", reason: "CrashLoopBackOff" } },
    ],
    [
      "a DaemonSet was just made, and nobody knows how many pods it wants",
      { kind: "DaemonSet", ordered: false, replicas: 0, counts: counts(0), observedGeneration: 0 },
      [],
      { kind: "rolling", fresh: 0, old: 0 },
    ],
    ["it is scaled to zero", { replicas: 0, counts: counts(0) }, [], { kind: "scaled to zero" }],
  ])("%s", (_, given, pods, verdict) => {
    const [first]: readonly Verdict[] = look({ workload: set(given), revisions: both, pods }).verdicts;
    expect(first).toMatchObject(verdict);
  });
});

describe("the revision that a StatefulSet wants", () => {
  const twin = { ...db2, uid: "c-3", name: "db-3c", podLabel: "db-3c", number: 3 };
  const other = template(image("1.5.0"), { config: "a default that a new API server adds" });

  test.each<readonly [string, Partial<Workload>, readonly Revision[], string | null]>([
    ["is the one its status names, also among equals", { updateRevision: "db-2b" }, [db1, db2, twin], "db-2b"],
    ["is named also where templates are no longer equal", { template: other }, both, "db-2b"],
    ["is the newest with its template while nobody has looked", { generation: 8 }, [db1, db2, twin], "db-3c"],
    ["is not there yet while nobody has looked at a new one", { generation: 8, template: other }, both, null],
    [
      "is not there yet while we have not seen the one it names",
      { updateRevision: "db-9z", template: other },
      both,
      null,
    ],
  ])("%s", (_, given, revisions, name) => {
    expect(look({ workload: set(given), revisions, pods: [] }).revision?.name ?? null).toBe(name);
  });

  test("of a DaemonSet is the newest one with its template", () => {
    const daemon = set({ kind: "DaemonSet", ordered: false, updateRevision: null });
    expect(look({ workload: daemon, revisions: [twin, db1, db2], pods: [] }).revision?.name).toBe("db-3c");
  });
});

test("a revision with a higher number than a younger one was returned to, and is as old as its oldest pod", () => {
  const returned = { ...db1, number: 3 };
  const workload = set({ template: db1.template, updateRevision: "db-1a" });
  const pods = [member(0, db1, { createdAt: now - hour }), member(1, db1, { createdAt: now - minute })];
  const answer = look({ workload, revisions: [returned, db2], pods });
  expect(answer.revision).toMatchObject({ name: "db-1a", returned: true });
  expect(answer.since).toEqual({ at: now - hour, how: "oldest pod" });
  expect(answer.previous?.revision.name).toBe("db-2b");
});

const notes = (who: string) => ({ "whatsrunning.dev/deployer": who, "whatsrunning.dev/run": `https://ci/${who}` });

test("who deployed a returned revision is not who deployed it the first time", () => {
  const revisions = [
    { ...db1, number: 3, notes: notes("alice") },
    { ...db2, notes: notes("bob") },
  ];
  const workload = set({ template: db1.template, updateRevision: "db-1a", notes: notes("carol") });
  const { deployers } = look({ workload, revisions, pods: three(db1) }).provenance;
  expect(deployers[0]?.value).toEqual({ kind: "person", name: "carol" });
  expect(JSON.stringify(deployers)).not.toContain("alice");
});

const told = (...changes: readonly (ClusterRecord | { readonly gone: ClusterRecord })[]) => {
  const view = createView();
  for (const it of changes) {
    if ("gone" in it) view.apply({ kind: "gone", what: it.gone.what, cluster: "prod-eu", uid: it.gone.uid });
    else view.apply({ kind: "put", record: it });
  }
  const around = view.around(set());
  return both.map((it) => around.seen(it, "checkout"));
};
describe("the digests that a revision of a StatefulSet ran", () => {
  const [old, fresh] = [member(0, db1), member(1, db2)];

  test("are told apart, though one owner has all its pods", () => {
    expect(told(set(), db1, db2, old, fresh)).toEqual([[digest("a")], [digest("b")]]);
  });

  test("outlive its pods, whatever came first", () => {
    expect(told(old, { gone: fresh }, set(), db1, db2, { gone: old })).toEqual([[digest("a")], []]);
  });

  test("go with the last pod of a revision that nobody has seen", () => {
    expect(told(set(), db2, old, fresh, { gone: old }, db1)).toEqual([[], [digest("b")]]);
  });

  test("go with the revision", () => {
    expect(told(set(), db1, db2, old, { gone: old }, { gone: db1 }, db1)).toEqual([[], []]);
  });

  test("are those of its pods as they are now, when a pod comes back under its name", () => {
    const replaced = member(0, db2, { uid: "another" });
    expect(told(set(), db1, db2, old, { gone: old }, replaced)).toEqual([[digest("a")], [digest("b")]]);
  });
});
