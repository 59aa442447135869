import fc from "fast-check";
import { expect, test } from "vitest";
import { validateMessage } from "../../../sim/slack/blocks/validate.ts";
import type { Applied, Operation, Progress } from "../../../src/core/operation/operation.ts";
import { notifications } from "../../../sim/slack/notifications.ts";
import { endMessage, operationMessage } from "../../../src/views/operation/message.ts";
import { minute, now, second } from "../../core/given.ts";
import { bob, intent, operation, plan, side } from "../../core/operation/given.ts";
import { hostile } from "../hostile.ts";
import { transcript } from "../transcript.ts";

const crash = {
  pod: "checkout-7d9-x2x",
  container: "checkout",
  reason: "CrashLoopBackOff",
  message: "back-off 40s restarting failed container",
  exitCode: 1,
};
const applied: Applied = {
  state: "applied",
  at: now,
  template: "good",
  pods: { ready: 1, wanted: 2 },
  soak: null,
  trouble: null,
  obstacle: null,
};

const told: readonly [string, Progress, Partial<Operation>?][] = [
  ["requested", { state: "requested", attempts: 0 }],
  ["sending", { state: "sending", attempts: 1, sent: { uid: "u", generation: 7, fence: null } }],
  [
    "being-stopped",
    { state: "sending", attempts: 1, sent: { uid: "u", generation: 7, fence: null } },
    { wishes: { abort: { by: bob, at: now }, deletion: null } },
  ],
  ["applied", applied],
  [
    "soaking",
    { ...applied, pods: { ready: 2, wanted: 2 }, soak: { since: now, lastAt: now, restarts: 0, generation: 8 } },
  ],
  [
    "held-up",
    {
      ...applied,
      trouble: { since: now, what: crash },
      obstacle: { name: "db-1", uid: "pod-1", reason: "ImagePullBackOff" },
    },
  ],
  ["restored", { state: "restored", at: now + 2 * minute, readyAt: now + 58 * second }],
  ["unproven", { state: "unproven", at: now, because: "no digest known" }],
  ["not-ready", { state: "failed", at: now, because: { kind: "not ready", cause: crash } }],
  [
    "superseded",
    { state: "failed", at: now, because: { kind: "superseded", by: "argocd-controller", reverted: true } },
  ],
  ["undone", { state: "failed", at: now, because: { kind: "undone", by: bob, operation: "p2" } }],
  ["moved", { state: "refused", at: now, because: { kind: "moved", what: ["template", "paused"] } }],
  [
    "forbidden",
    { state: "refused", at: now, because: { kind: "server", reason: "forbidden", message: "policy says no" } },
  ],
  ["expired", { state: "expired", at: now }],
  ["aborted", { state: "voided", at: now, because: "aborted" }],
  ["unclear", { state: "voided", at: now, because: "unclear" }],
];

test.each(told)("the message of one that is %s", async (name, progress, given = {}) => {
  const message = operationMessage(operation(progress, given), null);
  expect(validateMessage({ channel: "C1", ...message })).toEqual([]);
  await expect(transcript(message)).toMatchFileSnapshot(`told/${name}.txt`);
});

test("what nobody can undo any more has no button for it", () => {
  const restored = operation({ state: "restored", at: now, readyAt: now });
  expect(transcript(operationMessage(restored, null))).toContain("Undo this rollback");
  expect(transcript(operationMessage(restored, bob))).not.toContain("Undo this rollback");
});

test("the end is said again, since an edit notifies nobody", () => {
  expect(endMessage(operation(applied))).toBe(null);
  expect(endMessage(operation({ state: "restored", at: now + minute, readyAt: now + second }))?.text).toContain(
    "was rolled back to",
  );
});

test("nothing that people or the cluster wrote can ping, link, format or break the message", () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 8, maxLength: 8 }), fc.nat(told.length - 1), (texts, which) => {
      const [a = "", b = "", c = "", d = "", e = "", f = "", g = "", h = ""] = texts;
      const asked = { environment: a, service: b, cluster: c, where: null, despite: [] };
      const of = { ...plan().of, namespace: d, name: e };
      const drawn = plan({ of, to: side("good", { images: [] }) });
      const it = intent({ asked, plan: drawn, reason: f, operator: { id: "U1", name: g } });
      const [, progress] = told[which] ?? [];
      const hurt = JSON.parse(
        JSON.stringify(progress).replace("policy says no", "X").replace('"X"', JSON.stringify(h)),
      );
      const message = operationMessage({ ...operation(hurt), intent: it }, { id: "U2", name: h });
      expect(validateMessage({ channel: "C1", ...message })).toEqual([]);
      expect(notifications(message)).toEqual({ mentions: [], links: [] });
    }),
    { numRuns: 200 },
  );
});
