import { describe, expect, test } from "vitest";
import { type Asked, type Day, wrongIn } from "./judge.ts";
import { type Read, readAnswer } from "./reading.ts";
import type { Snapshot, State } from "./truth.ts";

const now = Date.parse("2026-11-24T10:00:00Z");
const [old, next] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`];

const settled = (digest: string): State => ({
  digests: [digest],
  settled: digest,
  pods: 3,
  wanted: "ghcr.io/a/web:1.1",
});
const onItsWay: State = { digests: [old, next], settled: null, pods: 3, wanted: "ghcr.io/a/web:1.2" };

/** What web was, at so many seconds from now. */
function truthOf(...states: readonly (readonly [number, State])[]): readonly Snapshot[] {
  return states.map(([second, web]) => {
    const at = now + second * 1_000;
    return { from: at, to: at + 50, of: { web, db: web, agent: web } };
  });
}

const day: Day = {
  truth: new Map([
    ["prod-eu", truthOf([-60, settled(old)], [-20, onItsWay], [-10, settled(next)], [10, settled(next)])],
    ["prod-us", truthOf([-60, settled(old)], [10, settled(old)])],
  ]),
  outages: [],
  blindness: [],
  sighted: [],
  healthy: "prod-us",
};

function answer(sentences: readonly string[], sight: readonly string[], warning = ""): Read {
  const elements = [{ type: "mrkdwn", text: sight.join("\n") }];
  const attachments = [
    ...sentences.map((fallback) => ({ fallback, blocks: [] })),
    { fallback: "How this is known", blocks: [{ type: "context", elements }] },
  ];
  return readAnswer({ text: `${sentences.join(" ")}${warning}`, blocks: [], attachments });
}

const eu = (says: string, past = "") => `${past}web in prod (shop/web on prod-eu)${says}`;
const us = "web in prod (shop/web on prod-us): all 3 pods run sha256:aaaaaaaaaaaa (tag 1.0).";
const live = ["live from prod-eu · last heard 3 seconds ago", "live from prod-us · last heard just now"];
const behind = [":warning: prod-eu cannot be seen since 2026-11-24 09:59:20 UTC (40 seconds ago): why", live[1] ?? ""];

function judged(read: Read | null, changed: Partial<Asked> = {}, also: Partial<Day> = {}): readonly string[] {
  const asked = { service: "web", at: now, answeredAt: now + 100, ackMs: 20, read, problem: null, ...changed } as const;
  return wrongIn(asked, { ...day, ...also });
}

describe("the judge of the worst day", () => {
  const fresh = answer([eu(": all 3 pods run sha256:bbbbbbbbbbbb (tag 1.1)."), us], live);
  const old40 = answer(
    [eu(": all 3 pods run sha256:aaaaaaaaaaaa.", "As it was 40 seconds ago: "), us],
    behind,
    " prod-eu cannot be seen",
  );

  test("lets pass what is true now, and what was true when it says so", () => {
    expect(judged(fresh)).toEqual([]);
    expect(judged(old40)).toEqual([]);
    const both = "web in prod (the same in prod-eu and prod-us): all 6 pods run sha256:aaaaaaaaaaaa.";
    expect(judged(answer([both], live), { at: now - 40_000, answeredAt: now - 40_000 })).toEqual([]);
  });

  test("lets pass what can have been so between two readings", () => {
    const arriving: State = { ...onItsWay, digests: [next], wanted: "ghcr.io/a/web:1.2" };
    const leaving: State = { ...onItsWay, wanted: "ghcr.io/a/web:1.3" };
    const truth = (...states: readonly (readonly [number, State])[]) =>
      new Map([...day.truth, ["prod-eu", truthOf([-60, settled(old)], ...states)]]);
    expect(judged(fresh, {}, { truth: truth([-0.3, arriving], [-0.1, leaving]) })).toEqual([]);
    expect(judged(fresh, {}, { truth: truth([-0.3, arriving], [-0.1, arriving]) })).toHaveLength(1);
    const besideOld: State = { ...onItsWay, digests: [next, old] };
    const after: State = { ...onItsWay, digests: [next], wanted: "ghcr.io/a/web:1.3" };
    expect(judged(fresh, {}, { truth: truth([-0.3, besideOld], [-0.1, after]) })).toEqual([]);
    expect(judged(fresh, {}, { truth: truth([-0.3, besideOld], [-0.1, { ...after, digests: [old] }]) })).toHaveLength(
      1,
    );
    expect(judged(fresh, {}, { truth: truth([-30, onItsWay], [30, settled(next)]) })).toEqual([]);
    expect(judged(fresh, {}, { truth: truth([-30, onItsWay], [30, settled(old)]) })).toHaveLength(1);
  });

  test.each([
    ["what is over is called live", [eu(": all 3 pods run sha256:aaaaaaaaaaaa."), us]],
    [
      "a rollout goes on that has ended",
      [eu(" is rolling out: 1 pod on sha256:bbbbbbbbbbbb, 2 still on sha256:aaaaaaaaaaaa."), us],
    ],
    ["the number of pods is wrong", [eu(": all 4 pods run sha256:bbbbbbbbbbbb."), us]],
    ["something is stuck that is not", [eu(" is stuck on sha256:bbbbbbbbbbbb: it did not finish."), us]],
    [
      "its first words doubt what is live",
      [eu(": all 3 pods run sha256:bbbbbbbbbbbb.", "As it was 1 second ago: "), us],
    ],
    ["a cluster is left out", [us]],
  ])("objects where %s", (_, sentences) => {
    expect(judged(answer(sentences, live))).toHaveLength(1);
  });

  test("objects where a past is told that never was", () => {
    const read = answer(
      [eu(": all 3 pods run sha256:cccccccccccc.", "As it was 40 seconds ago: "), us],
      behind,
      " prod-eu cannot be seen",
    );
    expect(judged(read)).toHaveLength(1);
  });

  test("objects where nobody can have seen it", () => {
    const outages = [{ cluster: "prod-eu", from: now - 30_000, to: now + 30_000 }];
    expect(judged(fresh, {}, { outages })).toEqual(["it says that it saw prod-eu when nobody could"]);
  });

  test("objects where blindness is not said, and where sight is denied", () => {
    const span = [{ cluster: "prod-eu", from: now - 30_000, to: now + 30_000, topics: ["web"] as const }];
    expect(judged(fresh, {}, { blindness: span })).toEqual(["it calls prod-eu live, which cannot be seen"]);
    expect(judged(old40, {}, { sighted: span })).toEqual(["it calls prod-eu behind, which can be seen"]);
    expect(judged(old40, {}, { healthy: "prod-eu" })).toEqual(["it says that prod-eu is behind, which is healthy"]);
  });

  test("objects where it is late, or does not come", () => {
    expect(judged(fresh, { ackMs: 3_001 })).toHaveLength(1);
    expect(judged(fresh, { answeredAt: now + 5_001 })).toEqual(["answered after 5001 ms"]);
    expect(judged(fresh, { ackMs: null })).toHaveLength(1);
    expect(judged(null)).toEqual(["there was no answer"]);
  });
});
