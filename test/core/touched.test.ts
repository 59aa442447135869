import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createView, type View } from "../../src/core/view.ts";
import type { Change, ClusterRecord, Stream, Workload } from "../../src/core/workload.ts";
import { change } from "./changes.ts";
import { config, image, now, pod, revision, template, workload } from "./given.ts";

const put = (record: ClusterRecord): Change => ({ kind: "put", record });
const gone = ({ what, cluster, uid }: ClusterRecord): Change => ({ kind: "gone", what, cluster, uid });
const configMaps = { cluster: "prod-eu", of: "configmaps", namespace: null } as const satisfies Stream;
const listed = (stream: Stream, ...there: readonly ClusterRecord[]): Change => ({
  kind: "listed",
  stream,
  uids: new Set(there.map((it) => it.uid)),
  at: now,
});
const heard: Change = { kind: "heard", stream: configMaps, at: now };
const lost: Change = { kind: "lost", stream: configMaps, because: "reset" };

/** The uids that the last of these changes touched, after all the others. */
function touchedBy(...changes: readonly Change[]): readonly string[] {
  const touched: string[] = [];
  const view = createView({ touched: ({ cluster, uid }) => touched.push(`${cluster} ${uid}`) });
  for (const it of changes) {
    touched.length = 0;
    view.apply(it);
  }
  return touched;
}

const [checkout, v1] = [workload(), revision(1)];
const running = pod(v1);
const flags = config();
const reads = (name: string, kind: "ConfigMap" | "Secret" = "ConfigMap"): Workload =>
  workload({ uid: `reads-${name}`, template: template(image("1"), { configs: [{ kind, name }] }) });
const [flagged, other] = [reads("flags"), reads("limits")];
const ours = `prod-eu ${checkout.uid}`;
const reader = `prod-eu ${flagged.uid}`;

describe("a workload is touched", () => {
  test.each<[string, readonly Change[], readonly string[]]>([
    ["when it comes", [put(checkout)], [ours]],
    ["when it changes, once", [put(checkout), put(workload({ generation: 8 }))], [ours]],
    ["not when it is told again as it is", [put(checkout), put(workload())], []],
    ["not by a pod that is told again as it is", [put(checkout), put(v1), put(running), put({ ...running })], []],
    ["when it goes", [put(checkout), gone(checkout)], [ours]],
    ["by a revision that comes", [put(checkout), put(v1)], [ours]],
    ["by a revision that goes", [put(checkout), put(v1), gone(v1)], [ours]],
    ["by a pod of a revision", [put(checkout), put(v1), put(running)], [ours]],
    ["by a pod that goes", [put(checkout), put(v1), put(running), gone(running)], [ours]],
    [
      "by a pod of its own, once",
      [
        put(checkout),
        put(pod(revision(1, { podLabel: "a" }))),
        put(pod(revision(1, { podLabel: "a" }), { ready: false })),
      ],
      [ours],
    ],
    ["by no pod whose revision nobody knows yet", [put(checkout), put(running)], []],
    ["by a revision that brings pods along", [put(checkout), put(running), put(v1)], [ours]],
    ["by its coming, and by nothing that came before", [put(running), put(v1)], []],
    ["not by a pod that nobody owns", [put(checkout), put(pod(v1, { owner: null }))], []],
    [
      "by a list that its pod is not on",
      [put(checkout), put(v1), put(running), listed({ ...configMaps, of: "pods" })],
      [ours],
    ],
    [
      "once by a list that several of its pods are not on",
      [put(checkout), put(v1), put(running), put(pod(v1, { name: "b" })), listed({ ...configMaps, of: "pods" })],
      [ours],
    ],
    [
      "not by a list that all are on",
      [put(checkout), put(v1), put(running), listed({ ...configMaps, of: "pods" }, running)],
      [],
    ],
    [
      "not by word that a stream is open",
      [put(checkout), { kind: "heard", stream: { ...configMaps, of: "pods" }, at: now }],
      [],
    ],
    ["by the ConfigMap that its template names", [put(flagged), put(other), put(flags)], [reader]],
    ["by the end of that ConfigMap", [put(flagged), put(other), put(flags), gone(flags)], [reader]],
    ["by every change of it", [put(flagged), put(flags), put(config({ version: "282" }))], [reader]],
    ["not by a ConfigMap of that name elsewhere", [put(flagged), put(config({ namespace: "billing" }))], []],
    ["not by a ConfigMap of its Secret's name", [put(reads("flags", "Secret")), put(flags)], []],
    [
      "not by a ConfigMap that it no longer names",
      [put(flagged), put({ ...flagged, template: checkout.template }), put(flags)],
      [],
    ],
    ["not by a ConfigMap once it is gone itself", [put(flagged), gone(flagged), put(flags)], []],
    ["once its ConfigMaps are known, there or not", [put(flagged), put(checkout), listed(configMaps)], [reader]],
    ["not once more by the same", [put(flagged), listed(configMaps), heard], []],
    ["not when they can no longer be told", [put(flagged), listed(configMaps), lost], []],
    ["when they can be told again", [put(flagged), listed(configMaps), lost, heard], [reader]],
    ["not when another namespace's are known", [put(flagged), listed({ ...configMaps, namespace: "billing" })], []],
  ])("%s", (_, changes, touched) => {
    expect(touchedBy(...changes)).toEqual(touched);
  });

  test("after the change has taken effect", () => {
    const seen: number[] = [];
    const view: View = createView({ touched: () => seen.push(view.around(checkout).pods.length) });
    for (const it of [put(checkout), put(v1), put(running), gone(running)]) view.apply(it);
    expect(seen).toEqual([0, 0, 1, 0]);
  });

  test("whenever anything round it differs, and never twice by one change", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const touched: string[] = [];
        const view = createView({ touched: ({ cluster, uid }) => touched.push(`${cluster} ${uid}`) });
        for (const it of changes) {
          touched.length = 0;
          const before = pictures(view);
          view.apply(it);
          const after = pictures(view);
          const differ = [...new Set([...before.keys(), ...after.keys()])].filter(
            (key) => before.get(key) !== after.get(key),
          );
          expect(touched).toEqual(expect.arrayContaining(it.kind === "lost" ? [] : differ));
          expect(new Set(touched).size).toBe(touched.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** All that the view says of each workload, as text. */
function pictures(view: View): ReadonlyMap<string, string> {
  const all = view.all(["prod-eu", "prod-us"].map((cluster) => ({ cluster, namespaces: null })));
  return new Map(all.map((it) => [`${it.cluster} ${it.uid}`, picture(view, it)]));
}

function picture(view: View, it: Workload): string {
  const { revisions, pods, seen } = view.around(it);
  const ran = sorted(revisions).map((one) => [one.uid, seen(one, "checkout").toSorted()]);
  const named = it.template.configs.filter(({ kind }) => kind === "ConfigMap");
  const known = view.configsKnown(it.cluster, it.namespace);
  const configs = named.map(({ name }) => [view.config(it.cluster, it.namespace, name), known]);
  return JSON.stringify([it, sorted(revisions), sorted(pods), ran, configs]);
}

function sorted<T extends { readonly uid: string }>(records: readonly T[]): readonly T[] {
  return records.toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
}
