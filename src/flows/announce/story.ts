import type { Announced, Announcement } from "../../core/announcement/announcement.ts";
import { podsOf } from "../../core/announcement/pods.ts";
import { type Part, placed, type Pods } from "../../core/announcement/state.ts";
import type { Flags, Story } from "../../core/announcement/story.ts";
import type { Aliases } from "../../core/image/identity.ts";
import type { Release } from "../../core/ledger/release.ts";
import { runningOf } from "../../core/running.ts";
import type { View } from "../../core/view.ts";
import type { Clock, Store } from "../../ports.ts";
import { records } from "../../records.ts";
import type { FlagsOf } from "./flags.ts";

type Deps = {
  readonly store: Pick<Store, "read" | "range">;
  readonly view: Pick<View, "find" | "around">;
  readonly aliases: Aliases;
  readonly flagsOf: FlagsOf;
  readonly clock: Pick<Clock, "now">;
};

export type Stories = {
  /** Null: the ledger has forgotten it. `plain`: without what takes looking up. */
  of(announcement: Announcement, how?: "whole" | "plain"): Promise<Story | null>;
};

/** Further back than that nothing is still of interest to who hears of a release. */
const mostReleases = 20;
const noFlags: Flags = { rolledBackAt: null, takenBack: null, unclaimed: false, source: null };

/** What is told, as it is now: from the ledger how it went, and from the cluster's view its pods. */
export function createStories({ store, view, aliases, flagsOf, clock }: Deps): Stories {
  async function of(announcement: Announcement, how: "whole" | "plain" = "whole"): Promise<Story | null> {
    const found = await Promise.all(announcement.parts.map(partOf));
    const [first, ...more] = found.filter((it) => it !== null);
    if (!first) return null;
    const flags = how === "whole" ? await flagsOf(first.release, first.before) : noFlags;
    return { announcement, parts: [first, ...more], flags };
  }

  async function partOf(announced: Announced): Promise<Part | null> {
    const { of: subject, start } = announced;
    const log = records.ledger(subject);
    const [current, ended] = await Promise.all([
      store.read(records.current(subject)),
      store.range(log, { before: null, limit: mostReleases }),
    ]);
    const releases = [...(current ? [current.value] : []), ...ended.map((it) => it.value)];
    const place = placed(releases, start) ?? (await longAgo(announced));
    return place && { announced, ...place, pods: podsNow(announced, place.last) };
  }

  async function longAgo({
    of: subject,
    start,
  }: Announced): ReturnType<() => Promise<Omit<Part, "announced" | "pods"> | null>> {
    const entries = await store.range(records.ledger(subject), { before: start + 1, limit: 2 });
    return placed(
      entries.map((it) => it.value),
      start,
    );
  }

  function podsNow({ of: { namespace, kind, name }, cluster }: Announced, last: Release): Pods | null {
    if (last.end !== null) return null;
    const workload = view
      .find(name, [{ cluster, namespaces: [namespace] }])
      .find((it) => it.kind === kind && it.name === name && it.uid === last.uid);
    if (!workload) return null;
    const around = view.around(workload);
    const running = runningOf({ workload, around, podsUnread: false, aliases, now: clock.now() });
    return podsOf(last, running, around.pods);
  }

  return { of };
}
