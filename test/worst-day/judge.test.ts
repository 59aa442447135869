import { describe, expect, test } from "vitest";
import { type Asked, type Day, wrongIn } from "./judge.ts";
import { type Read, readAnswer } from "./reading.ts";
import type { Snapshot, State } from "./truth.ts";

const now = Date.parse("2026-11-24T10:00:00Z");
const [old, next] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`];

const image = (nth: number) => `ghcr.io/a/web:1.${nth}`;
const ran = (pods: number, digest: string) => ({ pods, digests: [digest] });
const settled = (digest: string): State => ({
  digests: [digest],
  settled: digest,
  pods: 3,
  wanted: image(1),
  of: { [image(1)]: ran(3, digest) },
});
const digestOf = (nth: number) => `sha256:${String(nth % 10).repeat(64)}`;
const onItsWay: State = {
  digests: [old, next],
  settled: null,
  pods: 3,
  wanted: image(2),
  of: { [image(1)]: ran(2, old), [image(2)]: ran(1, next) },
};

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

  describe("of what can have been so between two readings", () => {
    const truth = (...states: readonly (readonly [number, State])[]) =>
      new Map([...day.truth, ["prod-eu", truthOf([-60, settled(old)], ...states)]]);
    /** Two of three have the image that is asked for; then another one is. */
    const arriving: State = { ...onItsWay, digests: [next], of: { [image(1)]: ran(1, old), [image(2)]: ran(2, next) } };
    const leaving: State = { ...onItsWay, wanted: image(3), of: { [image(2)]: ran(2, next), [image(3)]: ran(1, old) } };

    test("lets pass that the last pods came, and the next image was asked for", () => {
      expect(judged(fresh, {}, { truth: truth([-0.3, arriving], [-0.1, leaving]) })).toEqual([]);
      const gone = { ...leaving, of: { [image(3)]: { pods: 3, digests: [] } } };
      expect(judged(fresh, {}, { truth: truth([-0.3, arriving], [-0.1, gone]) })).toEqual([]);
      expect(judged(fresh, {}, { truth: truth([-30, onItsWay], [30, settled(next)]) })).toEqual([]);
    });

    test.each<[string, State, State]>([
      ["no other image was asked for", arriving, arriving],
      [
        "a pod of an older image is there still",
        arriving,
        { ...leaving, of: { ...leaving.of, [image(1)]: ran(1, old) } },
      ],
      ["too few pods have it for all to have had it", arriving, { ...leaving, of: { [image(2)]: ran(1, next) } }],
      [
        "the pods of that image ran something else",
        { ...arriving, of: { [image(2)]: ran(2, old) } },
        { ...leaving, of: { [image(2)]: ran(2, old), [image(3)]: ran(1, next) } },
      ],
    ])("objects where %s", (_, before, after) => {
      expect(judged(fresh, {}, { truth: truth([-0.3, before], [-0.1, after]) })).toHaveLength(1);
    });

    test("objects where it never came to that", () => {
      expect(judged(fresh, {}, { truth: truth([-30, onItsWay], [30, settled(old)]) })).toHaveLength(1);
    });
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

function told({ settled: digest, digests }: State, past = ""): string {
  if (digest !== null) return eu(`: all 3 pods run ${digest.slice(0, 19)}.`, past);
  const [still = "", fresh = ""] = digests.map((it) => it.slice(0, 19));
  return eu(` is rolling out: 1 pod on ${fresh}, 2 still on ${still}.`, past);
}

function stateAt(ms: number): State {
  const nth = 1 + Math.floor(ms / 12_000);
  const [before, after] = [digestOf(nth - 1), digestOf(nth)];
  const fresh = Math.min(3, Math.floor((ms % 12_000) / 1_333));
  const isDone = fresh === 3;
  return {
    digests: isDone ? [after] : [before, after],
    settled: isDone ? after : null,
    pods: 3,
    wanted: image(nth),
    of: { [image(nth - 1)]: ran(3 - fresh, before), [image(nth)]: ran(fresh, after) },
  };
}

/** A day on which web gets another image every 12 seconds, is 4 seconds on its way to it, and its API server is dead for 18. */
describe("a whole day", () => {
  const outage = { cluster: "prod-eu", from: now + 39_000, to: now + 57_000 };

  const seconds = Array.from({ length: 500 }, (_, at) => at / 5);
  const isOut = (ms: number) => now + ms > outage.from && now + ms < outage.to;
  const read = seconds.filter((it) => !isOut(it * 1_000));
  const whole: Day = {
    truth: new Map([
      ["prod-eu", truthOf(...read.map((it) => [it, stateAt(it * 1_000)] as const))],
      ["prod-us", truthOf([-60, settled(old)], [200, settled(old)])],
    ]),
    outages: [outage],
    blindness: [{ ...outage, from: outage.from + 2_000, topics: ["web"] }],
    sighted: [],
    healthy: "prod-us",
  };

  /** What is wrong with a bot that is asked ten times a second, and answers so. */
  function faultsOf(answerAt: (ms: number) => Read): readonly string[] {
    const times = Array.from({ length: 850 }, (_, at) => 10_000 + at * 100);
    return times.flatMap((ms) => judged(answerAt(ms), { at: now + ms, answeredAt: now + ms + 50 }, whole));
  }

  const stopped = outage.from - now;
  const nowLive = ["live from prod-eu · last heard just now", live[1] ?? ""];
  function honest(ms: number): Read {
    if (!isOut(ms)) return answer([told(stateAt(ms - 200)), us], nowLive);
    const since = new Date(outage.from).toISOString().slice(0, 19).replace("T", " ");
    const sight = [`:warning: prod-eu cannot be seen since ${since} UTC (3 seconds ago): why`, live[1] ?? ""];
    return answer([told(stateAt(stopped - 200), "As it was 3 seconds ago: "), us], sight, " prod-eu cannot be seen");
  }

  const deaf = (ms: number) => (isOut(ms) ? answer([told(stateAt(stopped - 200)), us], nowLive) : honest(ms));
  const late = (ms: number) => (isOut(ms) ? honest(ms) : answer([told(stateAt(ms - 6_000)), us], nowLive));
  const lateOfPods = (ms: number): Read => {
    const [asked, pods] = [stateAt(ms), stateAt(ms - 6_000)];
    const isBehind = asked.settled !== null && asked.settled !== pods.settled;
    return isOut(ms)
      ? honest(ms)
      : answer(
          [told(isBehind ? { ...asked, settled: null, digests: [...pods.digests, ...asked.digests] } : asked), us],
          nowLive,
        );
  };

  test("passes for a bot that tells what it sees, and says when it sees nothing", () => {
    expect(faultsOf(honest)).toEqual([]);
  });

  test("fails for a bot that takes no notice of a watch that it lost", () => {
    const faults = faultsOf(deaf);
    expect(faults.filter((it) => it === "it says that it saw prod-eu when nobody could").length).toBeGreaterThan(100);
    expect(faults.filter((it) => it === "it calls prod-eu live, which cannot be seen").length).toBeGreaterThan(100);
  });

  test("fails for a bot that hears of everything 6 seconds late", () => {
    expect(faultsOf(late).filter((it) => it.startsWith("web in prod-eu was never so")).length).toBeGreaterThan(50);
  });

  test("fails for a bot that hears of pods 6 seconds late", () => {
    expect(faultsOf(lateOfPods).filter((it) => it.startsWith("web in prod-eu was never so")).length).toBeGreaterThan(
      20,
    );
  });
});
