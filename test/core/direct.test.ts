import { describe, expect, test } from "vitest";
import { withLooks } from "../../src/core/direct.ts";
import * as given from "./given.ts";
import { viewOf } from "./look.ts";

const places = [{ cluster: "prod-eu", namespaces: null }];
const [checkout, search] = [given.workload(), given.workload({ name: "search", service: "search", uid: "search" })];
const revision = given.revision(1);
const stream = { cluster: "prod-eu", of: "pods", namespace: null } as const;

/** A view that lost its streams a minute ago, with checkout on its first revision. */
function brokenView() {
  const view = viewOf([checkout, search, revision, ...given.pods(3, revision)], given.now - given.minute);
  view.apply({ kind: "lost", stream, because: "connection refused" });
  return view;
}

describe("a workload that was read directly", () => {
  const next = given.revision(2, { template: given.template(given.image("1.5.0")) });
  const scaled = given.workload({ replicas: 1, template: next.template });
  const records = [scaled, revision, next, given.pod(next, { digest: given.digest("b") })];
  const view = withLooks(brokenView(), { looks: [{ workload: checkout, records, at: given.now }], failed: [] });

  test("is as it was read, and the others as they were known", () => {
    expect(view.find("checkout", places)).toEqual([scaled]);
    expect(view.find("search", places)).toEqual([search]);
    expect(view.around(scaled).pods.map((it) => it.name)).toEqual(["checkout-2-x"]);
  });

  test("keeps the digests that were seen before the streams broke", () => {
    expect(view.around(scaled).seen(revision, "checkout")).toEqual([given.digest("a")]);
    expect(view.around(scaled).seen(next, "checkout")).toEqual([given.digest("b")]);
  });

  test("makes its cluster as fresh as the reading, and says why it was needed", () => {
    expect(view.freshness("prod-eu", "shop")).toEqual({ state: "asked", at: given.now, because: "connection refused" });
    expect(view.freshness("prod-us", "shop").state).toBe("unread");
  });
});

test("a workload that is gone is not found any more", () => {
  const view = withLooks(brokenView(), { looks: [{ workload: checkout, records: [], at: given.now }], failed: [] });
  expect(view.find("checkout", places)).toEqual([]);
});

test("without a reading nothing changes", () => {
  const view = brokenView();
  expect(withLooks(view, { looks: [], failed: [] })).toBe(view);
});

test("a cluster that could not be read is behind, whether its streams are broken or only quiet", () => {
  const failed = ["prod-eu"];
  const broken = withLooks(brokenView(), { looks: [], failed });
  expect(broken.freshness("prod-eu", "shop")).toMatchObject({ state: "behind", because: "connection refused" });
  const quiet = withLooks(viewOf([checkout], given.now - given.minute), { looks: [], failed });
  expect(quiet.freshness("prod-eu", "shop")).toMatchObject({ state: "behind", at: given.now - given.minute });
  expect(quiet.freshness("prod-us", "shop").state).toBe("unread");
});
