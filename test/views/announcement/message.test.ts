import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateUpdate } from "../../../sim/slack/blocks/validate.ts";
import { notifications } from "../../../sim/slack/notifications.ts";
import type { Part } from "../../../src/core/announcement/state.ts";
import type { Story } from "../../../src/core/announcement/story.ts";
import type { Outcome, Release } from "../../../src/core/ledger/release.ts";
import { announcementMessage } from "../../../src/views/announcement/message.ts";
import { stormMessage, stormPages } from "../../../src/views/announcement/storm.ts";
import { detailsMessage, failedMessage, restoredMessage } from "../../../src/views/announcement/thread.ts";
import type { Message } from "../../../src/views/message.ts";
import { digest, minute, now } from "../../core/given.ts";
import { alice, checkout, config, container, end, healthy, nobody, release } from "../../core/given-release.ts";
import { hostile } from "../hostile.ts";
import { releases } from "../past/hostile-row.ts";
import { transcript } from "../transcript.ts";

const at = (minutesAgo: number, notBefore: number | null = null) => ({ at: now - minutesAgo * minute, notBefore });
const pending: Outcome = { state: "pending" };
const crash: Outcome = {
  state: "failed",
  at: now - minute,
  earlierMs: 0,
  because: {
    pod: "checkout-7-x",
    container: "checkout",
    reason: "CrashLoopBackOff",
    exitCode: 1,
    message: "back-off 40s restarting failed container",
    left: false,
  },
};
const commits = alice.commits.map((it) => ({ ...it, value: "77c0ffee00" }));
const before = release({
  start: at(3_000),
  end: end(0.1),
  containers: [container("1.4.1", [digest("a")])],
  provenance: { ...alice, commits },
});
const fix = release({ start: at(1), containers: [container("1.4.3", [digest("d")])] });
const deploy = (differs: Partial<Release> = {}) => release({ start: at(6), outcome: pending, ...differs });

function part(of: Release, differs: Partial<Part> = {}): Part {
  const announced = { of: of.of, cluster: "prod-eu", start: of.start.at };
  const pods = { wanted: 6, there: 3, ready: 2 };
  return { announced, release: of, before, last: of, next: null, pods, wellSince: null, ...differs };
}

function story(parts: readonly [Part, ...Part[]], announced: Partial<Story["announcement"]> = {}): Story {
  const announcement = {
    id: "a1",
    service: "checkout",
    environments: ["prod"],
    channel: "C0DEPLOYS",
    at: now,
  } as const;
  const rest = { missedSince: null, change: "commit a1b9f2e", parts: [] };
  return {
    announcement: { ...announcement, ...rest, ...announced },
    parts,
    flags: { rolledBackAt: null, takenBack: null, unclaimed: false, source: null },
  };
}

const failed = story([part(deploy({ outcome: crash }))]);
const us = { announced: { of: { ...checkout, namespace: "shop-us" }, cluster: "prod-us", start: now } };
const message = (...parts: readonly [Part, ...Part[]]) => announcementMessage(story(parts), {});
const seen = { rolledBackAt: now - 3 * 86_400_000, takenBack: null, unclaimed: true, source: null };
const apart = {
  ...seen,
  source: {
    from: "a1b9f2e",
    to: "c3d4e5f",
    source: "https://github.com/acme/shop",
    commits: { count: 3, direction: "forward" },
  },
} as const;

const told: Readonly<Record<string, Message>> = {
  started: message(part(deploy(), { pods: { wanted: 6, there: 0, ready: 0 } })),
  progressing: message(part(deploy())),
  done: message(part(deploy({ outcome: healthy(now - 4 * minute) }), { pods: { wanted: 6, there: 6, ready: 6 } })),
  failed: announcementMessage(failed, {}),
  "rolled back": message(
    part(deploy({ outcome: crash, end: end(0.01, { by: "rollback" }) }), { next: before, pods: null }),
  ),
  superseded: message(part(deploy({ end: end(0.01) }), { next: fix, pods: null })),
  "failed in one of two clusters": message(part(deploy()), part(deploy({ outcome: crash }), us)),
  "another configuration": message(
    part(deploy({ kind: "configuration", containers: before.containers, configs: [config("2")] })),
  ),
  "while nobody was looking": announcementMessage(
    story([part(deploy({ start: at(5, now - 50 * minute) }))], { missedSince: now - 50 * minute }),
    {},
  ),
  "the first that is known": message(part(deploy({ provenance: nobody }), { before: null })),
  "with flags": announcementMessage({ ...failed, flags: seen }, {}),
  "so many commits later": announcementMessage({ ...story([part(deploy())]), flags: apart }, {}),
  "in the thread, that it failed": failedMessage(failed, "U01ALICE"),
  "in the thread, that it is over": restoredMessage(story([part(deploy({ outcome: crash }), { next: fix })])),
  "in the thread, all of it": detailsMessage(failed),
  "many at once": stormMessage([failed, story([part(deploy())], { service: "search" })]),
};

describe("a deploy reads", () => {
  test.each(Object.entries(told))("%s", async (name, it) => {
    const file = name.replaceAll(/[ ,]+/g, "-");
    await expect(transcript(it)).toMatchFileSnapshot(`../snapshots/announcement/${file}.txt`);
    expect(validateUpdate(it)).toEqual([]);
  });
});

const parts = fc
  .tuple(releases, fc.option(releases), fc.option(releases), hostile)
  .map(([it, old, next, cluster]): Part => {
    const announced = { of: it.of, cluster, start: it.start.at };
    return { ...part(it), announced, before: old, next };
  });
const stories = fc
  .tuple(
    parts,
    fc.array(parts, { maxLength: 4 }),
    hostile,
    fc.array(hostile, { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([first, more, service, [environment = "", ...others], flagged]): Story => {
    const of = story([first, ...more], { service, environments: [environment, ...others] });
    return flagged ? { ...of, flags: seen } : of;
  });

test("whatever somebody wrote into a cluster pings nobody, and Slack takes it", () => {
  fc.assert(
    fc.property(fc.array(stories, { minLength: 1, maxLength: 4 }), (all) => {
      const [first = failed] = all;
      const each = [
        announcementMessage(first, {}),
        detailsMessage(first),
        failedMessage(first, null),
        restoredMessage(first),
      ];
      for (const it of [...each, stormMessage(all), ...stormPages(all)]) {
        expect(validateUpdate(it)).toEqual([]);
        const { mentions, links } = notifications(it);
        expect(mentions).toEqual([]);
        expect(links.filter(({ target }) => !/^https?:/.test(target))).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});
