import { describe, expect, test } from "vitest";
import { validateMessage } from "../../../sim/slack/blocks/validate.ts";
import { notifications } from "../../../sim/slack/notifications.ts";
import type { Part } from "../../../src/core/announcement/state.ts";
import type { Story } from "../../../src/core/announcement/story.ts";
import type { Release } from "../../../src/core/ledger/release.ts";
import { announcementMessage } from "../../../src/views/announcement/message.ts";
import { stormFailedMessage, stormMessage, stormPages } from "../../../src/views/announcement/storm.ts";
import { detailsMessage, failedMessage, restoredMessage } from "../../../src/views/announcement/thread.ts";
import { digest, hour, now, second } from "../../core/given.ts";
import { alice, container, end, failed, healthy, nobody, release } from "../../core/given-release.ts";
import { transcript } from "../transcript.ts";

const start = { at: now - 90 * second, notBefore: null };
const links = { "ghcr.io": "https://github.com/orgs/acme/packages?q={repository}@{digest}" };

const commit = "77c01e9b2a3c4d5e6f708192a3b4c5d6e7f80910";
const [claimed] = alice.commits;
const before = release({
  end: end(0),
  provenance: { ...alice, commits: claimed ? [{ ...claimed, value: commit }] : [] },
});
const fresh = release({ start, containers: [container("1.5.0", [digest("c")])], outcome: { state: "pending" } });
const done = { ...fresh, outcome: healthy(now - 18 * second) };

function part(last: Release, differs: Partial<Part> = {}): Part {
  const announced = { of: last.of, cluster: "prod-eu", start: last.start.at };
  const rest = { before, last, next: null, pods: { wanted: 6, there: 6, ready: 6 }, wellSince: null };
  return { announced, release: last, ...rest, ...differs };
}

function story(parts: readonly [Part, ...Part[]], differs: Partial<Story> = {}): Story {
  const announcement = {
    id: "a-1",
    service: "checkout",
    environments: ["prod"] as const,
    channel: "C0DEPLOYS",
    at: now,
    missedSince: null,
    change: "tag 1.5.0",
    parts: parts.map((it) => it.announced),
  };
  return {
    announcement,
    parts,
    flags: { rolledBackAt: null, takenBack: null, unclaimed: false, source: null },
    ...differs,
  };
}

function failing(reason: string, more: object = {}): Release {
  const because = { pod: "checkout-8-x2x", container: "checkout", reason, exitCode: null, message: "", left: false };
  return { ...fresh, outcome: failed({ because: { ...because, ...more } }) };
}

const cases: Readonly<Record<string, Story>> = {
  started: story([part(fresh, { pods: { wanted: 6, there: 0, ready: 0 } })]),
  progressing: story([part(fresh, { pods: { wanted: 6, there: 5, ready: 4 } })]),
  done: story([part(done)]),
  "done, by nobody we know of": story([part({ ...done, provenance: nobody }, { before: null })]),
  "image cannot be pulled": story([
    part(failing("ImagePullBackOff", { message: 'Back-off pulling image "ghcr.io/acme/checkout:1.5.0"' })),
  ]),
  "crash loop": story([part(failing("CrashLoopBackOff", { exitCode: 1, message: "back-off 1m20s restarting" }))]),
  "missing ConfigMap": story([
    part(failing("CreateContainerConfigError", { message: 'configmap "flags-of-tomorrow" not found' })),
  ]),
  unschedulable: story([
    part(failing("Unschedulable", { container: null, message: "0/3 nodes are available: 3 Insufficient memory." })),
  ]),
  quota: story([part(failing('pods "checkout-8-x" is forbidden: exceeded quota: q', { pod: null, container: null }))]),
  "a pod of an older revision is in the way": story([
    part(failing("CrashLoopBackOff", { pod: "ledger-0", exitCode: 1, left: true })),
  ]),
  "rolled back": story([
    part(
      { ...fresh, end: { ...end(0), by: "rollback" }, outcome: failed() },
      { next: { ...before, kind: "rollback" }, pods: null },
    ),
  ]),
  superseded: story([
    part({ ...fresh, end: end(0) }, { next: { ...done, containers: [container("1.6.0", [digest("d")])] }, pods: null }),
  ]),
  "several workloads": story([
    part(done),
    part({ ...failing("CrashLoopBackOff", { exitCode: 1 }), of: { ...fresh.of, name: "checkout-worker" } }),
  ]),
  "flags, and late": story(
    [
      part({
        ...done,
        start: { at: now - hour, notBefore: now - 3 * hour },
        containers: [container("1.4.2", [digest("c")])],
      }),
    ],
    { flags: { rolledBackAt: now - 48 * hour, takenBack: null, unclaimed: true, source: null } },
  ),
};

describe("the message about a release", () => {
  test.each(Object.entries(cases))("%s", async (name, it) => {
    const message = announcementMessage(it, links);
    expect(validateMessage(message)).toEqual([]);
    await expect(transcript(message)).toMatchFileSnapshot(
      `../snapshots/announcement/fates/${name.replaceAll(/[^a-z]+/gi, "-").toLowerCase()}.txt`,
    );
  });

  test("what is in its thread", async () => {
    const bad = cases["crash loop"] ?? story([part(fresh)]);
    const all = [detailsMessage(bad), failedMessage(bad, "U0ALICE"), restoredMessage(story([part(done)]))];
    for (const it of all) expect(validateMessage(it)).toEqual([]);
    await expect(all.map(transcript).join("\n")).toMatchFileSnapshot(
      "../snapshots/announcement/fates/in-the-thread.txt",
    );
  });

  test("only who is to be mentioned is", () => {
    const bad = cases["crash loop"] ?? story([part(fresh)]);
    const { mentions } = notifications(failedMessage(bad, "U0ALICE"));
    expect([...new Set(mentions.map((it) => it.target))]).toEqual(["U0ALICE"]);
    expect(notifications(failedMessage(bad, null)).mentions).toEqual([]);
  });
});

test("many at once: how many of each, and those that failed by name", async () => {
  const all = [...Object.values(cases), ...Object.values(cases)].map(named);
  const messages = [stormMessage(all), stormFailedMessage(all), ...stormPages(all)];
  for (const it of messages) expect(validateMessage(it)).toEqual([]);
  await expect(messages.map(transcript).join("\n")).toMatchFileSnapshot("../snapshots/announcement/fates/storm.txt");
});

function named(it: Story, index: number): Story {
  return { ...it, announcement: { ...it.announcement, service: `service-${index}` } };
}
