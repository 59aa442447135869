import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeOf, takesIn } from "../../../src/core/announcement/announcement.ts";
import { newsIn, whyOf } from "../../../src/core/announcement/news.ts";
import { type Part, placed, stateOf, stateOfAll } from "../../../src/core/announcement/state.ts";
import type { Kind, Release } from "../../../src/core/ledger/release.ts";
import { digest, hour, minute, now } from "../../core/given.ts";
import { container, failed, healthy, release } from "../../core/given-release.ts";
import { life, type Told } from "../ledger/releases.ts";
import { subject } from "../ledger/story.ts";

const live = { missedSince: null, writtenUpTo: now, now };

function lived(...all: readonly Told[]): readonly Release[] {
  return life({}, ...all);
}

describe("what is worth telling", () => {
  const before = release({ start: { at: now - hour, notBefore: null } });
  const flags = { kind: "ConfigMap", name: "flags", is: { state: "unread" } } as const;

  test.each<[string, Release, "change" | "restart" | null]>([
    ["another tag", other({ containers: [container("1.5.0")] }), "change"],
    [
      "the same tag with another digest",
      other({ kind: "restart", containers: [container("1.4.2", [digest("c")])] }),
      "change",
    ],
    ["another container", other({ containers: [container(), { ...container(), name: "proxy" }] }), "change"],
    ["another reference to configuration", other({ kind: "configuration", configs: [flags] }), "change"],
    ["a restart", other({ kind: "restart" }), "restart"],
    ["anything else in the template", other({ kind: "configuration" }), null],
    ["the same template once more", other({ kind: "rollback" }), null],
  ])("%s", (_, it, why) => {
    expect(whyOf(it, before)).toBe(why);
  });

  test("what is seen for the first time, only if it began while somebody was looking", () => {
    const [first] = lived({ at: now - 5 * minute });
    if (!first) throw new Error("there is none");
    const step = { ended: [], current: first };
    const told = (missedSince: number | null) => newsIn(step, null, null, { ...live, missedSince }).length;
    expect([told(null), told(0), told(now - minute), told(now - hour)]).toEqual([1, 0, 0, 1]);
    const firstLook = (at: number) => newsIn(step, null, null, { ...live, missedSince: 0, first: at }).length;
    expect([firstLook(now), firstLook(now - 5 * minute + 700), firstLook(now - hour)]).toEqual([0, 1, 1]);
  });

  test("each release of a life once, however many of them one look brings", () => {
    const tags = fc.array(fc.constantFrom("1", "2", "3"), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(tags, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (all, looks) => {
        const releases = lived(
          ...all.map((tag, index) => ({ at: now - hour + index * minute, tag, digest: digest("a") })),
        );
        let known: Release | null = null;
        const told: number[] = [];
        for (const [index, current] of releases.entries()) {
          if (!looks[index] && index < releases.length - 1) continue;
          const since: number = known?.start.at ?? 0;
          const between = releases.filter((it) => it.start.at >= since && it.start.at < current.start.at);
          const step = { ended: between, current: { ...current, end: null } };
          told.push(...newsIn(step, known, null, live).map((it) => it.release.start.at));
          known = step.current;
        }
        const changed = releases.filter(
          (it, index) => index > 0 && whyOf(it, releases[index - 1] ?? null) === "change",
        );
        const recent = told.filter((it) => it !== releases[0]?.start.at);
        expect(recent).toEqual(changed.map((it) => it.start.at));
        expect(new Set(told).size).toBe(told.length);
      }),
    );
  });
});

describe("how it is with a release", () => {
  const at = now - hour;

  test.each<[string, string, readonly [Told, ...Told[]]]>([
    ["it has just begun", "started", [{ at, tag: "1" }]],
    ["all pods are ready", "done", [{ at, tag: "1", outcome: healthy(at) }]],
    ["it failed", "failed", [{ at, tag: "1", outcome: failed() }]],
    ["it failed long after it was done", "done", [{ at, tag: "1", outcome: failed({ earlierMs: hour }) }]],
    [
      "another one came before it was done",
      "superseded",
      [
        { at, tag: "1" },
        { at: at + 1, tag: "2" },
      ],
    ],
    [
      "it was done before another one came",
      "done",
      [
        { at, tag: "1", outcome: healthy(at) },
        { at: at + 1, tag: "2" },
      ],
    ],
    [
      "it was rolled back",
      "rolled back",
      [
        { at, tag: "1", outcome: failed() },
        { at: at + 1, tag: "0", kind: "rollback" },
      ],
    ],
    [
      "it was restarted, and is done",
      "done",
      [
        { at, tag: "1" },
        { at: at + 1, tag: "1", kind: "restart", outcome: healthy(at) },
      ],
    ],
    [
      "it was restarted, and fails",
      "failed",
      [
        { at, tag: "1" },
        { at: at + 1, tag: "1", kind: "restart", outcome: failed() },
      ],
    ],
    ["it was deleted on its way", "gone", [{ at, tag: "1", goneAt: at + 1 }]],
  ])("%s: %s", (_, state, [first, ...more]) => {
    expect(stateOfFirst(first, ...more)).toBe(state);
  });

  test("of several workloads, the one that matters most speaks", () => {
    const [ok, bad, begun] = [
      release(),
      release({ outcome: failed() }),
      release({ outcome: { state: "pending" } }),
    ].map(part);
    if (!ok || !bad || !begun) throw new Error("there are three");
    expect([stateOfAll([ok, bad, begun]), stateOfAll([ok, begun]), stateOfAll([begun]), stateOfAll([ok])]).toEqual([
      "failed",
      "progressing",
      "started",
      "done",
    ]);
  });
});

describe("which workloads share a message", () => {
  const web = release();
  const worker = { ...web.of, name: "worker" };
  const announcement = {
    id: "a",
    service: "checkout",
    environments: ["prod"] as const,
    channel: "C0DEPLOYS",
    at: now,
    missedSince: null,
    change: changeOf(web),
    parts: [{ of: web.of, cluster: "prod-eu", start: 1 }],
  };
  const newcomer = { ...announcement, of: worker };
  const kinds: readonly Kind[] = ["deploy", "rollback"];

  test("those of one commit, or else of one tag, that come within two minutes", () => {
    expect(takesIn(announcement, newcomer)).toBe(true);
    expect(takesIn(announcement, { ...newcomer, change: "commit of another" })).toBe(false);
    expect(takesIn(announcement, { ...newcomer, at: now + 3 * minute })).toBe(false);
    expect(takesIn(announcement, { ...newcomer, missedSince: now - hour })).toBe(false);
    expect(takesIn(announcement, { ...newcomer, of: web.of }), "the next release of the same workload").toBe(false);
  });

  test("the commit says which change it is, before the tag does", () => {
    const { provenance } = release();
    const unknown = { ...provenance, commits: [] };
    for (const kind of kinds) {
      expect(changeOf(release({ kind }))).toMatch(/^commit a1b9f2e/);
      expect(changeOf(release({ kind, provenance: unknown }))).toBe("image 1.4.2");
    }
  });
});

function other(differs: Partial<Release>): Release {
  return release({ start: { at: now, notBefore: null }, ...differs });
}

function stateOfFirst(...all: readonly Told[]): string {
  const releases = lived({ at: now - 2 * hour, tag: "0" }, ...all).toReversed();
  const start = all[0]?.at ?? 0;
  const found = placed(releases, start);
  if (!found) throw new Error("it is not there");
  return stateOf({ announced: { of: subject, cluster: "prod-eu", start }, ...found, pods: null });
}

function part(it: Release): Part {
  const announced = { of: it.of, cluster: "prod-eu", start: it.start.at };
  return { announced, release: it, before: null, last: it, next: null, pods: null, wellSince: null };
}
