import { expect, test } from "vitest";
import { nextStep } from "../../../src/core/operation/next.ts";
import type { Applied, Operation, Side } from "../../../src/core/operation/operation.ts";
import { podDeleted } from "../../../src/core/operation/prove.ts";
import type { Facts } from "../../../src/core/operation/step.ts";
import { deletePod } from "../../../src/core/operation/wish.ts";
import type { ClusterRecord, Writer } from "../../../src/core/workload.ts";
import {
  aliasesOf,
  counts,
  crashing,
  digest,
  minute,
  now,
  pod,
  pods,
  revision,
  second,
  workload,
  writer,
} from "../given.ts";
import { bob, facts, giveUpAfterMs, intent, named, operation, plan, running, side, soakMs, uid } from "./given.ts";

const applied: Applied = {
  state: "applied",
  at: now,
  template: "good",
  pods: null,
  soak: null,
  trouble: null,
  obstacle: null,
};
const soaking = (since: number, lastAt: number): Applied => ({
  ...applied,
  soak: { since, lastAt, restarts: 0, generation: 8 },
});

function after(progress: Applied, given: Partial<Facts>, to: Partial<Side> = {}): Operation["progress"] {
  const of = operation(progress, { intent: intent({ plan: plan({ to: side("good", to) }) }) });
  const step = nextStep(of, facts(given));
  if (step.kind !== "record") throw new Error("not a record");
  return step.next.progress;
}

const soaked = soaking(now, now + soakMs - second);
const end = now + soakMs;

test.each<[string, Partial<Facts>, object]>([
  ["ready on the target's digest for the whole soak", { look: running() }, { state: "restored", readyAt: now }],
  ["not ready", { look: running({ ready: false }) }, { state: "applied", soak: null }],
  ["on another digest", { look: running({ runs: digest("b") }) }, { state: "applied", soak: null }],
  [
    "on another name of the same image",
    { look: running({ runs: digest("c") }), aliases: aliasesOf([digest("c"), digest("e")]) },
    { state: "restored" },
  ],
  ["changed and changed back since", { look: running({ generation: 10 }) }, { state: "applied", soak: { since: end } }],
  ["restarted since", { look: running({ restarts: 1 }) }, { state: "applied", soak: { since: end } }],
  ["unread", { look: "unread" }, { state: "applied", soak: { since: now } }],
  ["scaled to nothing", { look: running({ replicas: 0 }) }, { state: "unproven", because: "no pods" }],
  ["gone", { look: [] }, { state: "failed", because: { kind: "gone" } }],
  ["made anew", { look: running({ uid: "other" }) }, { state: "failed", because: { kind: "gone" } }],
  [
    "changed by somebody else",
    { look: running({ template: "dire" }) },
    { state: "failed", because: { kind: "superseded", by: "kubectl-client-side-apply", reverted: false } },
  ],
  [
    "put back to what was there before",
    { look: running({ template: "bad" }) },
    { state: "failed", because: { kind: "superseded", reverted: true } },
  ],
])("pods %s", (_, given, expected) => {
  expect(after(soaked, { now: end, ...given })).toMatchObject(expected);
});

test.each<[string, readonly Writer[], string | null]>([
  ["whoever owns an image now", [writer({ at: now })], "kubectl-set"],
  ["not whoever wrote before us", [writer({ manager: "whatsrunning", at: now }), writer({ at: now - minute })], null],
  ["whoever wrote beside us", [writer({ manager: "whatsrunning", at: now }), writer({ at: now })], "kubectl-set"],
])("superseded by %s", (_, writers, by) => {
  const look = running({ template: "dire" }).map((it) => (it.what === "workload" ? { ...it, writers } : it));
  expect(after(applied, { look })).toMatchObject({ because: { kind: "superseded", by } });
});

test("a soak that nobody watched for a while begins anew", () => {
  expect(after(soaking(now, now + 10 * second), { now: end, look: running() })).toMatchObject({
    state: "applied",
    soak: { since: end },
  });
});

test("where nobody knows which digest it should be, ready pods are no proof", () => {
  const to = { images: [{ container: "checkout", digests: [] }] };
  expect(after(soaked, { now: end, look: running() }, to)).toEqual({
    state: "unproven",
    at: end,
    because: "no digest known",
  });
});

test.each<[string, readonly ClusterRecord[], object]>([
  ["an old pod is left", mixed({ old: 1, fresh: 2 }), { state: "applied", soak: null }],
  ["a pod is missing", mixed({ old: 0, fresh: 1 }), { state: "applied", soak: null }],
  ["the controller has not looked yet", unobserved(), { state: "applied", soak: null }],
])("no proof while %s", (_, look, expected) => {
  expect(after(soaked, { now: end, look })).toMatchObject(expected);
});

test("trouble that lasts is an early failure, with its cause; trouble of a moment is not", () => {
  const look = mixed({ old: 0, fresh: 2, broken: true });
  const noticed = after(applied, { now: now + second, look });
  expect(noticed).toMatchObject({ state: "applied", trouble: { since: now + second } });
  if (noticed.state !== "applied") return;
  expect(after(noticed, { now: now + 20 * second, look })).toMatchObject({ trouble: { since: now + second } });
  expect(after(noticed, { now: now + 20 * second, look: running() })).toMatchObject({ trouble: null });
  expect(after(noticed, { now: now + 31 * second, look })).toMatchObject({
    state: "failed",
    because: { kind: "not ready", cause: { reason: "CrashLoopBackOff", container: "checkout", exitCode: 1 } },
  });
});

test("in the end not ready is failed, and out of sight is unproven", () => {
  const late = now + giveUpAfterMs;
  expect(after(applied, { now: late, look: running({ ready: false }) })).toMatchObject({
    state: "failed",
    because: { kind: "not ready", cause: { reason: "ContainerCreating" } },
  });
  expect(after(applied, { now: late, look: "unread" })).toMatchObject({ state: "unproven", because: "out of sight" });
  expect(after(soaking(late - second, late - second), { now: late, look: running() })).toMatchObject({
    state: "applied",
  });
});

test("a stuck pod of a StatefulSet is named, deleted when somebody asks, and only that very pod", () => {
  const look = stuck("pod-1");
  const step = nextStep(operation(applied), facts({ now: now + second, look }));
  if (step.kind !== "record") throw new Error("not a record");
  expect(step.next.progress).toMatchObject({ obstacle: { name: "checkout-0", uid: "pod-1" } });

  expect(deletePod(step.next, { by: bob, at: now, pod: { name: "checkout-0", uid: "pod-2" } })).toMatchObject({
    because: "no such pod",
  });
  const asked = deletePod(step.next, { by: bob, at: now, pod: { name: "checkout-0", uid: "pod-1" } });
  if (asked.kind !== "accepted") throw new Error(asked.because);
  const going = nextStep(asked.value, facts({ now: now + second, look }));
  expect(going).toMatchObject({
    kind: "delete pod",
    pod: { name: "checkout-0", uid: "pod-1" },
    first: { wishes: { deletion: { state: "sending" } } },
  });
  if (going.kind !== "delete pod") return;
  expect(nextStep(going.first, facts({ now: now + minute, look }))).toMatchObject({ kind: "delete pod" }); // no answer came
  expect(nextStep(going.first, facts({ look: stuck("pod-2") }))).toMatchObject({
    next: { wishes: { deletion: { state: "not needed" } } },
  });
  expect(nextStep(asked.value, facts({ look, allowed: false }))).toMatchObject({
    next: { wishes: { deletion: { state: "refused" } } },
  });
  const done = podDeleted(going.first, "done", now);
  expect(done).toMatchObject({ progress: { state: "applied" }, wishes: { deletion: { state: "done" } }, dueAt: now });
  expect(nextStep(done, facts({ look }))).toMatchObject({ kind: "record" }); // it is on its way out
  const again = { by: bob, at: now, pod: { name: "checkout-0", uid: "pod-1" } };
  expect(deletePod(done, again)).toMatchObject({ because: "asked already" });
});

function mixed({
  old,
  fresh,
  broken = false,
}: {
  readonly old: number;
  readonly fresh: number;
  readonly broken?: boolean;
}) {
  const [good, bad] = [revisionOf("good"), revisionOf("bad")];
  const given = { digest: digest("e"), ...(broken && { container: crashing, ready: false }) };
  const total = old + fresh;
  const of = workload({ uid, replicas: 2, template: named("good"), counts: counts(total, { updated: fresh }) });
  return [of, good, bad, ...pods(fresh, good, given), ...pods(old, bad, { digest: digest("b") })];
}

function unobserved(): readonly ClusterRecord[] {
  return running().map((it) => (it.what === "workload" ? { ...it, generation: it.observedGeneration + 1 } : it));
}

function stuck(podUid: string): readonly ClusterRecord[] {
  const revisions = ["good", "bad"].map((it) => ({ ...revisionOf(it), podLabel: it }));
  const [, bad] = revisions;
  const of = workload({ uid, kind: "StatefulSet", ordered: true, replicas: 1, template: named("good") });
  const broken = bad ? [pod(bad, { name: "checkout-0", uid: podUid, container: crashing, ready: false })] : [];
  return [{ ...of, writers: [writer()] }, ...revisions, ...broken];
}

function revisionOf(name: string) {
  return revision(name === "good" ? 6 : 7, { uid: `replicaset-${name}`, owner: uid, template: named(name) });
}
