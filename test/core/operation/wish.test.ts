import { expect, test } from "vitest";
import type { Operation } from "../../../src/core/operation/operation.ts";
import { abort, undo } from "../../../src/core/operation/wish.ts";
import { minute, now } from "../given.ts";
import { bob, operation, side, uid } from "./given.ts";

const applied = {
  state: "applied",
  at: now,
  template: "good",
  pods: null,
  soak: null,
  trouble: null,
  obstacle: null,
} as const;
const failed = { state: "failed", at: now, because: { kind: "not ready", cause: null } } as const;
const bound = { uid, template: "good", fence: "p1" };

test.each<[string, Operation["progress"], string]>([
  ["requested", { state: "requested", attempts: 0 }, "accepted"],
  ["under way", { state: "sending", attempts: 1, sent: { uid, generation: 7, fence: null } }, "accepted"],
  ["applied", applied, "too late"],
  ["over", failed, "over"],
])("what is %s can be aborted: %s", (_, progress, expected) => {
  const wished = abort(operation(progress), { by: bob, at: now });
  expect(wished.kind === "accepted" ? wished.kind : wished.because).toBe(expected);
});

test("an abort is due at once, and asked for once", () => {
  const first = abort(operation({ state: "requested", attempts: 0 }, { dueAt: now + minute }), { by: bob, at: now });
  expect(first).toMatchObject({ value: { dueAt: now, wishes: { abort: { by: bob } } } });
  if (first.kind === "refused") throw new Error(first.because);
  expect(abort(first.value, { by: bob, at: now })).toMatchObject({ because: "asked already" });
});

const given = { by: bob, at: now, id: "p2", reason: "worse", bound, expiresAt: now + minute };

test("an undo ends what it takes back, and is the same the other way round", () => {
  expect(undo(operation(applied), given)).toMatchObject({
    kind: "accepted",
    value: {
      ended: { progress: { state: "failed", because: { kind: "undone", operation: "p2" } }, dueAt: null },
      opened: {
        intent: { id: "p2", kind: "undo", undoes: "p1", plan: { bound, from: side("good"), to: side("bad") } },
        progress: { state: "requested" },
        dueAt: now,
      },
    },
  });
});

test("what has ended stays as it ended when it is undone", () => {
  expect(undo(operation(failed), given)).toMatchObject({ value: { ended: { progress: failed } } });
});

test.each<[string, Operation["progress"], Partial<typeof bound>, string]>([
  ["what was never done", { state: "expired", at: now }, {}, "not applied"],
  ["what another operation has followed", failed, { fence: "p9" }, "superseded"],
  ["what was made anew", failed, { uid: "other" }, "superseded"],
  ["what somebody has changed since", applied, { template: "dire" }, "superseded"],
])("nobody can undo %s", (_, progress, moved, because) => {
  expect(undo(operation(progress), { ...given, bound: { ...bound, ...moved } })).toEqual({ kind: "refused", because });
});
