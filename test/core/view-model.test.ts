import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createView, type View } from "../../src/core/view.ts";
import type { Change, ClusterRecord, Stream } from "../../src/core/workload.ts";
import { change, configNames, of } from "./changes.ts";
import { allResources } from "./look.ts";

const told = (...changes: readonly Change[]): View => {
  const view = createView();
  for (const it of changes) view.apply(it);
  return view;
};

describe("whatever the streams tell, in whatever order", () => {
  test("the view is what a list of all that remains would be", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const [view, records] = [told(...changes), remaining(changes)];
        const workloads = records.filter((it) => it.what === "workload");
        const places = ["prod-eu", "prod-us"].map((it) => ({ cluster: it, namespaces: null }));
        expect(new Set(view.all(places))).toEqual(new Set(workloads));
        expect(new Set(view.all([{ cluster: "prod-eu", namespaces: ["shop"] }]))).toEqual(
          new Set(workloads.filter((it) => it.cluster === "prod-eu" && it.namespace === "shop")),
        );

        for (const name of ["checkout", "BASKET", "w1", "w2"]) {
          const lower = name.toLowerCase();
          const named = workloads.filter((it) => it.service.toLowerCase() === lower || it.name === lower);
          expect(new Set(view.find(name, places))).toEqual(new Set(named));
        }
        for (const it of workloads) {
          const mine = records.filter((one) => one.cluster === it.cluster);
          const revisions = mine.filter((one) => one.what === "revision").filter((one) => one.owner === it.uid);
          const owners = new Set([it.uid, ...revisions.map((one) => one.uid)]);
          const pods = mine.filter((one) => one.what === "pod").filter((one) => owners.has(one.owner ?? ""));
          const around = view.around(it);
          expect(new Set(around.revisions)).toEqual(new Set(revisions));
          expect(new Set(around.pods)).toEqual(new Set(pods));
          for (const one of revisions) {
            const running = pods
              .filter((each) =>
                one.uid === "r1"
                  ? each.owner === "r1" && each.revisionLabel === null
                  : each.owner === one.owner && each.revisionLabel === "r2-label",
              )
              .flatMap((each) => each.containers[0]?.imageId.split("@")[1] ?? []);
            expect(around.seen(one, "checkout")).toEqual(expect.arrayContaining(running));
          }
        }
        for (const namespace of ["shop", "billing"]) {
          for (const name of configNames) {
            const named = records
              .filter((it) => it.what === "config")
              .filter((it) => it.cluster === "prod-eu" && it.namespace === namespace && it.name === name);
            expect(named.length === 0 ? [null] : named).toContainEqual(view.config("prod-eu", namespace, name));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("freshness is never newer than the quietest of the streams, nor live with one of them lost", () => {
    const wide = fc.record({ cluster: fc.constant("prod-eu"), of, namespace: fc.constant(null) });
    const news: fc.Arbitrary<Change> = fc.oneof(
      fc.record({ kind: fc.constant("listed"), stream: wide, uids: fc.constant(new Set<string>()), at: fc.nat(9) }),
      fc.record({ kind: fc.constant("heard"), stream: wide, at: fc.nat(9) }),
      fc.record({ kind: fc.constant("lost"), stream: wide, because: fc.constant("reset") }),
    );
    fc.assert(
      fc.property(fc.array(news, { maxLength: 24 }), (changes) => {
        const each = allResources.map((it) => changes.filter((one) => "stream" in one && one.stream.of === it));
        const spoke = each.map((all) => all.findLast((it) => it.kind === "listed" || it.kind === "heard"));
        const times = spoke.flatMap((it) => (it && "at" in it ? it.at : []));
        const broken = each.some((all) => all.at(-1)?.kind === "lost");
        const because = broken ? "reset" : null;
        const expected =
          times.length < allResources.length
            ? { state: "unread", because }
            : { at: Math.min(...times), ...(broken ? { state: "behind", because } : { state: "live" }) };
        expect(told(...changes).freshness("prod-eu", "shop")).toEqual(expected);
      }),
    );
  });
});

/** The same, the slow way: every record that was put and not taken away since. */
function remaining(changes: readonly Change[]): readonly ClusterRecord[] {
  return changes.reduce<readonly ClusterRecord[]>((records, it) => {
    if (it.kind === "put") return [...records.filter((one) => !isSame(one, it.record)), it.record];
    if (it.kind === "gone") return records.filter((one) => !isSame(one, it));
    if (it.kind === "listed") return records.filter((one) => !covers(it.stream, one) || it.uids.has(one.uid));
    return records;
  }, []);
}

type Key = Pick<ClusterRecord, "what" | "cluster" | "uid">;

function isSame(a: Key, b: Key): boolean {
  return a.what === b.what && a.cluster === b.cluster && a.uid === b.uid;
}

function covers(stream: Stream, it: ClusterRecord): boolean {
  const inNamespace = stream.namespace === null || stream.namespace === it.namespace;
  return inNamespace && stream.of === listedAs(it) && stream.cluster === it.cluster;
}

/** Said here once more, and in other words: the view must agree. */
function listedAs(it: ClusterRecord): Stream["of"] {
  if (it.what === "config") return "configmaps";
  if (it.what === "pod") return "pods";
  if (it.what === "revision") return it.uid === "r1" ? "replicasets" : "controllerrevisions";
  return it.uid === "w1" ? "deployments" : "statefulsets";
}
