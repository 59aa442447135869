import { describe, expect, test } from "vitest";
import { createView, type Place, type View } from "../../src/core/view.ts";
import type { Change, ClusterRecord, Config, Revision, Stream, Workload } from "../../src/core/workload.ts";
import { config, digest, now, pod, revision, second, workload } from "./given.ts";
import { allResources, viewOf } from "./look.ts";

const everywhere: Place = { cluster: "prod-eu", namespaces: null };
const put = (record: ClusterRecord): Change => ({ kind: "put", record });
const stream = (of: Stream["of"], namespace: string | null = null, cluster = "prod-eu"): Stream => ({
  cluster,
  of,
  namespace,
});
const listed = (of: Stream, at = now): Change => ({ kind: "listed", stream: of, uids: new Set(), at });
const heard = (of: Stream, at: number): Change => ({ kind: "heard", stream: of, at });
const lost = (of: Stream): Change => ({ kind: "lost", stream: of, because: "it says 403" });
const denied = (of: Stream): Change => ({ kind: "denied", stream: of, because: "it says 403" });
const told = (...changes: readonly Change[]): View => {
  const view = createView();
  for (const change of changes) view.apply(change);
  return view;
};
const names = (workloads: readonly Workload[]) => workloads.map((it) => it.name);

describe("a workload is found", () => {
  const worker = workload({ uid: "worker", name: "checkout-worker", service: "Checkout" });
  const payments = workload({ uid: "payments", name: "payments", service: "payments", namespace: "billing" });
  const abroad = workload({ uid: "abroad", cluster: "prod-us" });
  const view = viewOf([workload(), worker, payments, abroad]);

  test.each<readonly [rule: string, name: string, places: readonly Place[], found: readonly string[]]>([
    [
      "by its service, whatever the case, with all others of it",
      "CHECKOUT",
      [everywhere],
      ["checkout", "checkout-worker"],
    ],
    ["by its own name", "checkout-worker", [everywhere], ["checkout-worker"]],
    ["not by a part of its name", "check", [everywhere], []],
    ["only in the namespaces of the place", "payments", [{ cluster: "prod-eu", namespaces: ["shop"] }], []],
    [
      "in one of several namespaces",
      "payments",
      [{ cluster: "prod-eu", namespaces: ["shop", "billing"] }],
      ["payments"],
    ],
    [
      "once, where places overlap",
      "payments",
      [everywhere, { cluster: "prod-eu", namespaces: ["billing"] }],
      ["payments"],
    ],
    [
      "in each cluster that is asked for",
      "checkout",
      [everywhere, { cluster: "prod-us", namespaces: null }],
      ["checkout", "checkout-worker", "checkout"],
    ],
    ["not in a cluster that nobody knows", "checkout", [{ cluster: "moon", namespaces: null }], []],
    ["not by a name that every object has", "constructor", [everywhere], []],
  ])("%s", (_, name, places, found) => {
    expect(names(view.find(name, places))).toEqual(found);
  });

  test("under its new service, and not under the old one, once its label has changed", () => {
    const renamed = told(put(workload({ service: "shop" })), put(workload({ service: "basket" })));
    expect(names(renamed.find("basket", [everywhere]))).toEqual(["checkout"]);
    expect(renamed.find("shop", [everywhere])).toEqual([]);
  });
});

const seen = (view: View, of: Revision) => view.around(workload()).seen(of, "checkout");
const gone = (it: ClusterRecord): Change => ({ kind: "gone", what: it.what, cluster: it.cluster, uid: it.uid });

describe("the digests that a revision ran", () => {
  const [v1, v2] = [revision(1), revision(2)];
  const ran = pod(v1, { digest: digest("a") });

  test("outlive its pods", () => {
    expect(seen(told(put(workload()), put(v1), put(ran), gone(ran)), v1)).toEqual([digest("a")]);
  });

  test("are known also when its pod was seen first", () => {
    expect(seen(told(put(ran), put(v1), put(workload())), v1)).toEqual([digest("a")]);
  });

  test("are all that were seen, of that revision only", () => {
    const other = pod(v1, { name: "other", digest: digest("b") });
    const view = told(put(v1), put(v2), put(ran), put(other), put(pod(v2, { digest: digest("c") })));
    expect(seen(view, v1)).toEqual([digest("a"), digest("b")]);
  });

  test("are forgotten with the last pod of an owner that was never seen: a Job's, say", () => {
    expect(seen(told(put(ran), gone(ran), put(v1)), v1)).toEqual([]);
  });

  test("go with the revision", () => {
    expect(seen(told(put(v1), put(ran), gone(ran), gone(v1), put(v1)), v1)).toEqual([]);
  });

  test.each(["", "garbage!", digest("a"), `docker.io/library/import-2026-11-22@${digest("a")}`])(
    "are only those a registry can serve, not %j",
    (imageId) => {
      expect(seen(told(put(v1), put(pod(v1, { container: { imageId } }))), v1)).toEqual([]);
    },
  );
});

describe("what we know of a namespace is", () => {
  const all = allResources.map((it) => stream(it));
  const read = all.map((it) => listed(it));
  const pods = stream("pods");

  test.each([
    ["unread before anything was read", [], { state: "unread", because: null }],
    ["unread while one stream is", read.slice(1), { state: "unread", because: null }],
    [
      "unread with the reason, when reading was refused",
      [...read.slice(0, -1), lost(pods)],
      { state: "unread", because: "it says 403" },
    ],
    ["live once all were read", read, { state: "live", at: now }],
    [
      "as old as the quietest stream",
      [...read, ...all.slice(0, -1).map((it) => heard(it, now + 9 * second)), heard(pods, now + second)],
      { state: "live", at: now + second },
    ],
    ["behind once a stream is lost", [...read, lost(pods)], { state: "behind", at: now, because: "it says 403" }],
    [
      "live again once it was read again",
      [...read, lost(pods), listed(pods, now + second)],
      { state: "live", at: now },
    ],
    [
      "partial, where some kinds may not be read",
      [
        ...read.filter((_, index) => index !== 1 && index !== 2),
        denied(stream("statefulsets")),
        denied(stream("daemonsets")),
      ],
      { state: "partial", at: now, denied: ["StatefulSet", "DaemonSet"] },
    ],
    [
      "partial also while the server that refused cannot be reached for that kind",
      [...read.filter((_, index) => index !== 1), denied(stream("statefulsets")), lost(stream("statefulsets"))],
      { state: "partial", at: now, denied: ["StatefulSet"] },
    ],
    [
      "unread while what may be read is not",
      [...read.filter((_, index) => index > 1), denied(stream("statefulsets"))],
      { state: "unread", because: null },
    ],
    [
      "behind once the rest of a partial view is lost",
      [...read.filter((_, index) => index !== 1), denied(stream("statefulsets")), lost(stream("replicasets"))],
      { state: "behind", at: now, because: "it says 403" },
    ],
    [
      "unread where nothing of any kind may be known",
      [...read.slice(0, -1), denied(pods)],
      { state: "unread", because: "it says 403" },
    ],
    [
      "behind, not partial, when rights are taken away later",
      [...read, denied(stream("statefulsets"))],
      { state: "behind", at: now, because: "it says 403" },
    ],
    [
      "live once what was refused is granted",
      [...read.filter((_, index) => index !== 1), denied(stream("statefulsets")), listed(stream("statefulsets"))],
      { state: "live", at: now },
    ],
    ["live again once it speaks again", [...read, lost(pods), heard(pods, now + second)], { state: "live", at: now }],
    [
      "known by the streams of that namespace",
      allResources.map((it) => listed(stream(it, "shop"))),
      { state: "live", at: now },
    ],
    [
      "not known by the streams of another namespace",
      allResources.map((it) => listed(stream(it, "billing"))),
      { state: "unread", because: null },
    ],
    [
      "not known by the streams of another cluster",
      allResources.map((it) => listed(stream(it, null, "prod-us"))),
      { state: "unread", because: null },
    ],
  ] satisfies readonly (readonly [string, readonly Change[], object])[])("%s", (_, changes, freshness) => {
    expect(told(...changes).freshness("prod-eu", "shop")).toEqual(freshness);
  });
});

test("a kind that may be read is live beside one that may not, which is unread", () => {
  const rest = allResources.filter((it) => it !== "statefulsets");
  const view = told(...rest.map((it) => listed(stream(it))), denied(stream("statefulsets")));
  expect(view.freshness("prod-eu", "shop", "Deployment")).toEqual({ state: "live", at: now });
  expect(view.freshness("prod-eu", "shop", "StatefulSet")).toEqual({ state: "unread", because: "it says 403" });
});

describe("a ConfigMap", () => {
  const configMaps = stream("configmaps");
  const flags = config();

  test.each<[string, readonly Change[], readonly [boolean, Config | null]]>([
    ["that nobody has looked for", [], [false, null]],
    ["that came before all of them were read", [put(flags)], [false, flags]],
    ["that is there", [listed(configMaps), put(flags)], [true, flags]],
    ["that was there, and is on no list", [put(flags), listed(configMaps)], [true, null]],
    ["that is not there", [listed(configMaps)], [true, null]],
    ["that may not be looked for", [lost(configMaps)], [false, null]],
    ["that was there when they could last be read", [listed(configMaps), put(flags), lost(configMaps)], [false, flags]],
    [
      "that is heard of again",
      [listed(configMaps), put(flags), lost(configMaps), heard(configMaps, now)],
      [true, flags],
    ],
    ["that is gone", [listed(configMaps), put(flags), gone(flags)], [true, null]],
    ["in a namespace that is followed by itself", [listed(stream("configmaps", "shop"))], [true, null]],
    ["in a namespace that is not followed", [listed(stream("configmaps", "billing"))], [false, null]],
    ["of another namespace", [listed(configMaps), put(config({ namespace: "billing" }))], [true, null]],
    ["of another cluster", [listed(configMaps), put(config({ cluster: "prod-us" }))], [true, null]],
    [
      "that was made anew, before the old one is known to be gone",
      [listed(configMaps), put(flags), put(config({ uid: "new" })), gone(flags)],
      [true, config({ uid: "new" })],
    ],
  ])("%s", (_, changes, expected) => {
    const view = told(...changes);
    expect([view.configsKnown("prod-eu", "shop"), view.config("prod-eu", "shop", "flags")]).toEqual(expected);
  });

  test("makes no answer fresher or staler", () => {
    const read = told(...allResources.map((it) => listed(stream(it))));
    for (const it of [listed(configMaps, now + second), lost(configMaps)]) {
      read.apply(it);
      expect(read.freshness("prod-eu", "shop")).toEqual({ state: "live", at: now });
    }
  });
});
