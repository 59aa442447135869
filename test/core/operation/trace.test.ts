import { expect, test } from "vitest";
import { changeCause, restoredNotes } from "../../../src/core/operation/trace.ts";
import { intent, plan, side } from "./given.ts";

const key = "kubernetes.io/change-cause";

test("the change cause says what, who, why, and what it said before", () => {
  expect(changeCause(intent(), { [key]: "release 1.4.2" })).toBe(
    "rollback to revision 6 (sha256:eeeeeeeeeeee) by Bob via Slack, was revision 7; reason: errors at checkout; " +
      "operation: p1; original cause: release 1.4.2",
  );
});

test("it stays short, and whole characters", () => {
  const long = changeCause(intent({ reason: "😀".repeat(2_000) }), {});
  expect(long.length).toBeLessThanOrEqual(1024);
  expect(long.isWellFormed()).toBe(true);
  const unknown = plan({ to: side("good", { images: [{ container: "checkout", digests: [] }] }) });
  expect(changeCause(intent({ plan: unknown }), {})).toMatch(/^rollback to revision 6 by Bob/);
});

test("provenance goes back with the release, what belongs to others is never touched", () => {
  const now = {
    "whatsrunning.dev/commit": "bad",
    "actions.github.com/k8s-deploy": "{}",
    "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/checkout",
    "meta.helm.sh/release-name": "shop",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
    "whatsrunning.dev/operation": "p0",
    team: "shop",
  };
  const then = {
    "whatsrunning.dev/commit": "good",
    "app.gitlab.com/env": "prod",
    "argocd.argoproj.io/tracking-id": "other",
    "kubectl.kubernetes.io/last-applied-configuration": "{old}",
    "whatsrunning.dev/operation": "p-1",
    "deployment.kubernetes.io/revision": "6",
  };
  expect(restoredNotes(now, then)).toEqual({
    "actions.github.com/k8s-deploy": null,
    "app.gitlab.com/env": "prod",
    "whatsrunning.dev/commit": "good",
  });
});
