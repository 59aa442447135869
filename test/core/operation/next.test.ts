import { expect, test } from "vitest";
import { answered, nextStep } from "../../../src/core/operation/next.ts";
import type { Operation } from "../../../src/core/operation/operation.ts";
import { type Answer, type Facts, leaseMs, type Patch, type Step } from "../../../src/core/operation/step.ts";
import { minute, now } from "../given.ts";
import { bob, facts, intent, live, operation, plan, side, target, uid } from "./given.ts";

type Progress = Operation["progress"];

const requested = { state: "requested", attempts: 0 } as const;
const sending = { state: "sending", attempts: 1, sent: { uid, generation: 7, fence: null } } as const;
const waiting = { state: "waiting for approval", until: now + minute } as const;
const aborted = { abort: { by: bob, at: now }, deletion: null };

/** A step in a few words. */
function told(step: Step): string {
  switch (step.kind) {
    case "patch":
      return `patch ${step.patch.fence}`;
    case "delete pod":
      return `delete ${step.pod.name}`;
    case "record":
      return inWords(step.next.progress);
  }
}

function inWords(progress: Progress): string {
  if (!("because" in progress)) return progress.state;
  const { because } = progress;
  if (typeof because === "string") return `${progress.state}: ${because}`;
  return because.kind === "moved" ? `refused: ${because.what.join(", ")}` : `${progress.state}: ${because.kind}`;
}

test.each<[string, Progress, Partial<Facts>, string]>([
  ["waits for a second person", waiting, {}, "waiting for approval"],
  ["waits for them only so long", waiting, { now: now + minute }, "expired"],
  ["sends what was asked for", requested, {}, "patch p1"],
  ["minds no replicas and no notes of others", requested, { live: live({ generation: 9 }) }, "patch p1"],
  ["comes too late", requested, { now: now + 10 * minute }, "expired"],
  [
    "comes too late, whether or not the cluster answers",
    requested,
    { now: now + 10 * minute, live: "unread" },
    "expired",
  ],
  ["asks again whether the person may", requested, { allowed: false }, "refused: not allowed"],
  ["waits for a cluster that does not answer", requested, { live: "unread" }, "requested"],
  ["finds no workload", requested, { live: "gone" }, "refused: gone"],
  ["finds another of the same name", requested, { live: live({ uid: "other" }) }, "refused: made anew"],
  ["finds another template", requested, { live: live({ template: "dire" }) }, "refused: template"],
  ["finds another operation's fence", requested, { live: live({ fence: "p0" }) }, "refused: operation"],
  ["finds it paused", requested, { live: live({ paused: true }) }, "refused: paused"],
  ["finds it on its way out", requested, { live: live({ deleting: true }) }, "refused: being deleted"],
  ["says all that moved", requested, { live: live({ template: "dire", fence: "p0" }) }, "refused: template, operation"],
  ["finds the revision gone", requested, { target: null }, "refused: target gone"],
  ["finds the revision to be another", requested, { target: target("dire") }, "refused: target gone"],
  ["gives up on what keeps moving", { state: "requested", attempts: 5 }, {}, "refused: keeps moving"],
  [
    "takes our fence for the proof that it landed",
    sending,
    { live: live({ fence: "p1", template: "good" }) },
    "applied",
  ],
  ["voids what may still land before it says not done", sending, {}, "patch void:p1"],
  [
    "voids it also when it is too late, or not allowed",
    sending,
    { now: now + minute * 20, allowed: false },
    "patch void:p1",
  ],
  ["says nothing while it cannot see", sending, { live: "unread" }, "sending"],
  ["never writes over another's fence", sending, { live: live({ fence: "p2" }) }, "voided: moved on"],
  ["needs no void once the generation has moved", sending, { live: live({ generation: 8 }) }, "voided: moved on"],
  ["needs none for what is gone", sending, { live: "gone" }, "voided: moved on"],
  ["needs none for what was made anew", sending, { live: live({ uid: "other", fence: "p1" }) }, "voided: moved on"],
  ["knows its own void", sending, { live: live({ fence: "void:p1" }) }, "voided: moved on"],
  ["leaves what has ended as it is", { state: "expired", at: 1 }, {}, "expired"],
])("%s", (_, progress, given, expected) => {
  expect(told(nextStep(operation(progress), facts(given)))).toBe(expected);
});

test.each<[string, Progress, string]>([
  ["before the second person", waiting, "voided: aborted"],
  ["before anything left: nothing needs to be said to the cluster", requested, "voided: aborted"],
  ["while it may be under way: it is voided first", sending, "patch void:p1"],
])("aborted %s", (_, progress, expected) => {
  expect(told(nextStep(operation(progress, { wishes: aborted }), facts()))).toBe(expected);
});

const sent: Patch = {
  operation: "p1",
  seen: live(),
  fence: "p1",
  change: { template: { hash: "good", json: {} }, cause: "", notes: {} },
};
const voiding: Patch = { ...sent, fence: "void:p1", change: null };

test.each<[string, Patch, Answer, string]>([
  ["applied", sent, { kind: "applied", live: live({ fence: "p1", template: "good", generation: 8 }) }, "applied"],
  ["moved", sent, { kind: "moved" }, "requested"],
  ["busy", sent, { kind: "busy" }, "requested"],
  ["forbidden", sent, { kind: "forbidden", message: "" }, "refused: server"],
  ["invalid", sent, { kind: "invalid", message: "" }, "refused: server"],
  ["applied, to the void", voiding, { kind: "applied", live: live({ fence: "void:p1" }) }, "voided: unclear"],
  ["moved, to the void", voiding, { kind: "moved" }, "sending"],
  ["forbidden, to the void", voiding, { kind: "forbidden", message: "" }, "sending"],
])("the answer %s", (_, patch, answer, expected) => {
  expect(inWords(answered(operation(sending), patch, answer, now).progress)).toBe(expected);
});

test("a void that was asked for is an abort", () => {
  const asked = operation(sending, { wishes: aborted });
  const after = answered(asked, voiding, { kind: "applied", live: live({ fence: "void:p1" }) }, now);
  expect(inWords(after.progress)).toBe("voided: aborted");
});

test("what is refused because something moved counts as a try, and is looked at again at once", () => {
  expect(answered(operation(sending), sent, { kind: "moved" }, now)).toMatchObject({
    progress: { state: "requested", attempts: 1 },
    dueAt: now,
  });
});

test("what is about to leave is written down first, with all that could tell later whether it landed", () => {
  const step = nextStep(operation(requested), facts({ live: live({ generation: 9 }) }));
  expect(step).toMatchObject({
    kind: "patch",
    patch: { operation: "p1", fence: "p1", seen: { generation: 9 }, change: { template: { hash: "good" } } },
    first: {
      progress: { state: "sending", attempts: 1, sent: { uid, generation: 9, fence: null } },
      dueAt: now + leaseMs,
    },
  });
});

test("a template that something on the server rewrote is ours one generation on, or as the dry run showed it", () => {
  const drawn = intent({ plan: plan({ to: side("good", { admitted: "good+" }) }) });
  expect(landedAs({ template: "anything", generation: 8 })).toBe("anything");
  expect(landedAs({ template: "good+", generation: 9 }, drawn)).toBe("good+");
  expect(landedAs({ template: "dire", generation: 9 })).toBe("good"); // and the look at the pods will find it superseded
});

function landedAs(given: { readonly template: string; readonly generation: number }, of = intent()): string | null {
  const step = nextStep(operation(sending, { intent: of }), facts({ live: live({ fence: "p1", ...given }) }));
  return step.kind === "record" && step.next.progress.state === "applied" ? step.next.progress.template : null;
}
