import { describe, expect, test } from "vitest";
import type { Claim } from "../../../src/core/claims/claim.ts";
import type { Labelled } from "../../../src/core/provenance/label.ts";
import type { Restored } from "../../../src/core/ledger/kind.ts";
import type { Origins } from "../../../src/core/provenance/origin.ts";
import { claim } from "../claims/given.ts";
import { goneStep } from "../../../src/core/ledger/step.ts";
import * as given from "../given.ts";
import { config, lived, observe } from "./story.ts";

const { hour, minute, now, second } = given;
const [first, next] = [given.image("1.4.2"), given.image("1.5.0")];
const one = given.revision(1, { template: given.template(first) });
const two = given.revision(2, { template: given.template(next) });
const back = { ...one, number: 3, returned: true, notes: { "deployment.kubernetes.io/revision-history": "1" } };

describe("a workload that the ledger does not know", () => {
  test("gets all the releases that its revisions still tell of, in order", () => {
    const { ended, current } = lived({ revisions: [one, two] });
    expect(ended.map((it) => [it.revision.number, it.kind, it.end?.because])).toEqual([[1, "deploy", "replaced"]]);
    expect(ended[0]?.end).toEqual({ at: two.createdAt, notBefore: null, because: "replaced", by: "deploy" });
    expect(current).toMatchObject({ kind: "deploy", start: { at: two.createdAt, notBefore: null }, end: null });
  });

  test("had a revision in force each time it had a number", () => {
    const { ended, current } = lived({ revisions: [two, back] });
    expect([...ended, current].map((it) => [it.revision.number, it.revision.name, it.kind])).toEqual([
      [1, "checkout-1", "deploy"],
      [2, "checkout-2", "deploy"],
      [3, "checkout-1", "rollback"],
    ]);
  });

  test("came back to a revision at a time that nobody noted", () => {
    const { current } = lived({ revisions: [two, back], workload: { writers: [] } });
    expect(current.start).toEqual({ at: now, notBefore: two.createdAt });
  });

  test("is not written down while its controller has not looked", () => {
    expect(observe({ revisions: [one], workload: { generation: 8 } })).toBeNull();
    expect(observe({ revisions: [{ ...one, number: 0 }] })).toBeNull();
    expect(observe({ revisions: [one], workload: { template: given.template(next), paused: true } })).toBeNull();
  });
});

describe("a new revision", () => {
  test("is a deploy when its images differ, and ends the release before", () => {
    const { ended, current, steps } = lived({ revisions: [one], now: now - 23 * hour }, { revisions: [one, two] });
    expect(steps[1]?.ended).toEqual(ended);
    expect(ended).toMatchObject([{ kind: "deploy", end: { at: two.createdAt, because: "replaced", by: "deploy" } }]);
    expect(current).toMatchObject({ kind: "deploy", revision: { number: 2 }, start: { at: two.createdAt } });
  });

  test("is a restart when only the time of the restart differs", () => {
    const notes = { "kubectl.kubernetes.io/restartedAt": "2026-11-23T13:00:00Z" };
    const restarted = given.revision(2, { template: given.template(first, { notes }) });
    expect(lived({ revisions: [one] }, { revisions: [one, restarted] }).current.kind).toBe("restart");
  });

  test("is a change of configuration when the images are the same", () => {
    const other = given.revision(2, { template: given.template(first, { config: "LOG_LEVEL=debug" }) });
    expect(lived({ revisions: [one] }, { revisions: [one, other] }).current.kind).toBe("configuration");
  });

  test("is a change of configuration too when it was restarted for another ConfigMap", () => {
    const configs = [{ kind: "ConfigMap", name: "checkout-2" }] as const;
    const notes = { "kubectl.kubernetes.io/restartedAt": "2026-11-23T13:00:00Z" };
    const other = given.revision(2, { template: given.template(first, { notes, configs }) });
    expect(lived({ revisions: [one] }, { revisions: [one, other] }).current.kind).toBe("configuration");
  });

  test("is a rollback when it is from before the last one", () => {
    const { current } = lived({ revisions: [one, two] }, { revisions: [two, back] });
    expect(current).toMatchObject({ kind: "rollback", revision: { number: 3, name: "checkout-1" } });
  });

  test("is a rollback when we put it there, and the one before it says who did that, and why", () => {
    const pinned = given.revision(3, { template: given.template(first, { config: "pinned" }) });
    const takenBack = { operator: "Bob", reason: "errors at checkout" };
    const since = pinned.createdAt;
    const ours = { templates: [pinned.template.hash], from: two.template.hash, since, takenBack };
    const put = (restored: Restored) => {
      const { current, ended } = lived({ revisions: [one, two] }, { revisions: [one, two, pinned], restored });
      return [current.kind, ended.at(-1)?.end?.takenBack];
    };
    expect(put(ours)).toEqual(["rollback", takenBack]);
    expect(put({ ...ours, templates: ["another"] })).toEqual(["deploy", undefined]);
    // the mark of an operation stays, and somebody else goes back to the same template later
    expect(put({ ...ours, from: "another" })).toEqual(["rollback", undefined]);
    expect(put({ ...ours, since: two.createdAt - minute })).toEqual(["rollback", undefined]);
  });

  test("is a deploy again when what was rolled back comes once more", () => {
    const again = { ...two, number: 4, returned: true };
    const { current } = lived({ revisions: [two, back] }, { revisions: [back, again] });
    expect(current).toMatchObject({ kind: "deploy", revision: { number: 4, name: "checkout-2" } });
  });

  test("began now if it came back while we were looking", () => {
    const { current } = lived({ revisions: [one, two], now: now - minute }, { revisions: [two, back] });
    expect(current.start).toEqual({ at: now, notBefore: null });
  });

  test("began at some time if it came back while nobody was looking", () => {
    const missedSince = now - 2 * hour;
    const workload = { writers: [] };
    const { current, ended } = lived({ revisions: [one, two] }, { revisions: [two, back], workload, missedSince });
    expect(current.start).toEqual({ at: now, notBefore: missedSince });
    expect(ended.at(-1)?.end).toMatchObject({ at: now, notBefore: missedSince });
  });

  test("began when the API server noted that its image was written, if it did", () => {
    const written = (at: number) => ({ revisions: [two, back], workload: { writers: [given.writer({ at })] } });
    const seen = lived({ revisions: [one, two], now: now - minute }, written(now - second));
    expect(seen.current.start).toEqual({ at: now - second, notBefore: null });
    const missedSince = now - 2 * hour;
    const missed = lived({ revisions: [one, two] }, { ...written(now - hour), missedSince });
    expect(missed.current.start).toEqual({ at: now - hour, notBefore: missedSince });
    const before = lived({ revisions: [one, two] }, { ...written(now - 3 * hour), missedSince });
    expect(before.current.start).toEqual({ at: now, notBefore: missedSince });
  });

  test("that was missed is written before the one in force, with the time the API server noted", () => {
    const three = given.revision(3, { template: given.template(given.image("1.6.0")) });
    const { ended, current } = lived(
      { revisions: [one] },
      { revisions: [one, two, three], missedSince: now - 30 * hour },
    );
    expect([...ended, current].map((it) => [it.revision.number, it.start.at, it.start.notBefore])).toEqual([
      [1, one.createdAt, null],
      [2, two.createdAt, null],
      [3, three.createdAt, null],
    ]);
    expect(ended.at(-1)?.outcome).toEqual({ state: "unseen" });
  });

  test("makes no release of a revision that only got pods", () => {
    const { steps } = lived({ revisions: [one] }, { revisions: [one], workload: { replicas: 5 } });
    expect(steps[1]).toBeNull();
  });
});

const says =
  (labelled: Labelled | null, claims: readonly Claim[] = []): Origins =>
  () => ({ claims, labelled, syncs: [] });

describe("what was learnt since", () => {
  test("adds digests to the release in force, and keeps those whose pods are gone", () => {
    const early = { revisions: [one], pods: [given.pod(one, { digest: null })] };
    const pulled = { revisions: [one], pods: given.pods(3, one) };
    const moved = { revisions: [one], pods: given.pods(3, one, { digest: given.digest("b") }) };
    const { current } = lived(early, pulled, moved);
    expect(current.containers).toMatchObject([{ image: first, digests: [given.digest("a"), given.digest("b")] }]);
  });

  const commit = "a1b9f2e0c4d5e6f708192a3b4c5d6e7f80910a1b";
  const labelKey = "org.opencontainers.image.revision";
  const label = { value: commit, key: labelKey, on: "label" } as const;

  test("takes what pipelines and the image say, also when something was known before", () => {
    const revisions = [given.revision(1, { createdAt: given.now })];
    const claims = [claim({ stage: "deployed", actor: "alice", at: given.now + given.minute })];
    const labelled = { commits: [label], source: null, inherited: [] };
    const { current } = lived({ revisions }, { revisions, origins: says(labelled, claims) }, { revisions });
    expect(current.provenance.deployers.map((it) => it.source.kind)).toEqual(["claim", "field manager"]);
    expect(current.provenance.commits.map((it) => it.value)).toEqual([commit]);
    expect(current.kind).toBe("deploy");
  });

  test("takes back a label that turns out to be the base image's", () => {
    const revisions = [given.revision(1)];
    const told = { commits: [label], source: null, inherited: [] };
    const { current } = lived(
      { revisions, origins: says(told) },
      { revisions, origins: says({ commits: [], source: null, inherited: [labelKey] }) },
    );
    expect(current.provenance).toMatchObject({ commits: [], inherited: [labelKey] });
  });

  test("is healthy since its controller said so", () => {
    const condition = { ...given.rolledOut, updatedAt: one.createdAt + 40 * second };
    const { current } = lived({ revisions: [one], workload: { conditions: [condition] } });
    expect(current.outcome).toEqual({ state: "healthy", since: one.createdAt + 40 * second, earlierMs: 0 });
  });

  test("is healthy again after a failure, and the time before is not forgotten", () => {
    const sick = given.pods(3, one, { ready: false, container: given.crashing });
    const conditions = [{ ...given.rolledOut, updatedAt: one.createdAt }];
    const workload = { conditions };
    const { current, steps } = lived(
      { revisions: [one], workload, now: one.createdAt + hour },
      { revisions: [one], workload, pods: sick, now: one.createdAt + 2 * hour },
      { revisions: [one], workload, now: one.createdAt + 3 * hour },
    );
    expect(steps[1]?.current.outcome).toMatchObject({
      state: "failed",
      because: { reason: "CrashLoopBackOff", exitCode: 1 },
      earlierMs: 2 * hour,
    });
    expect(current.outcome).toEqual({ state: "healthy", since: one.createdAt + 3 * hour, earlierMs: 2 * hour });
  });

  test("stays healthy while a pod is replaced", () => {
    const replaced = [...given.pods(2, one), given.pod(one, { digest: null })];
    const { steps } = lived({ revisions: [one] }, { revisions: [one], pods: replaced });
    expect(steps[1]).toBeNull();
  });
});

describe("configuration", () => {
  const configs = [{ kind: "ConfigMap", name: "checkout-config" }] as const;
  const configured = given.revision(1, { template: given.template(first, { configs }) });
  const before = { revisions: [configured], configs: [config()], now: now - hour };

  const written = (version: string, at: number) => ({
    revisions: [configured],
    configs: [config({ version, changedAt: at })],
    now: at,
  });

  test("that changes in place is a release of its own, from the time it was written", () => {
    const changedAt = now - minute;
    const { ended, current } = lived(before, {
      revisions: [configured],
      configs: [config({ version: "101", changedAt })],
    });
    expect(ended).toMatchObject([{ kind: "deploy", end: { at: changedAt, because: "replaced", by: "configuration" } }]);
    expect(current).toMatchObject({ kind: "configuration", start: { at: changedAt, notBefore: null }, end: null });
    expect(current.configs).toMatchObject([{ name: "checkout-config", is: { state: "there", version: "101" } }]);
  });

  test("that is deleted is one, too", () => {
    const { current } = lived(before, { revisions: [configured], configs: [] });
    expect(current).toMatchObject({ kind: "configuration", configs: [{ is: { state: "absent" } }] });
  });

  test("that becomes readable, or stops to be, has not changed", () => {
    const { current, ended } = lived({ ...before, configs: null }, before, { ...before, configs: null });
    expect(ended).toEqual([]);
    expect(current.configs).toMatchObject([{ is: { state: "there", version: "100" } }]);
  });

  test("that is written all the time makes no release each time", () => {
    const { ended, current } = lived(
      before,
      written("101", now),
      written("102", now + second),
      written("103", now + minute),
    );
    expect(ended.map((it) => it.kind)).toEqual(["deploy", "configuration"]);
    expect(current.configs).toMatchObject([{ is: { version: "103" } }]);
  });
});

describe("a workload that goes away", () => {
  test("ends with it, once", () => {
    const { current } = lived({ revisions: [one] });
    const gone = goneStep(current, { missedSince: now - hour, now });
    expect(gone?.current.end).toEqual({ at: now, notBefore: now - hour, because: "gone", by: null });
    expect(goneStep(gone?.current ?? current, { missedSince: null, now })).toBeNull();
  });

  test("and is made anew begins anew", () => {
    const fresh = given.revision(1, { uid: "replicaset-new", owner: "deployment-new", createdAt: now - minute });
    const { ended, current } = lived(
      { revisions: [one], now: now - hour },
      { revisions: [fresh], workload: { uid: "deployment-new", createdAt: now - minute } },
    );
    expect(ended).toMatchObject([{ uid: "deployment-checkout", end: { at: now - minute, because: "made anew" } }]);
    expect(current).toMatchObject({ uid: "deployment-new", kind: "deploy", start: { at: now - minute } });
  });
});
