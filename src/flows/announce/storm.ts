import type { Announcement } from "../../core/announcement/announcement.ts";
import { isFinal, stateOfAll, wellAgainSince } from "../../core/announcement/state.ts";
import type { Story } from "../../core/announcement/story.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Store } from "../../ports.ts";
import { announcements } from "../../records/announcing.ts";
import { deliveries, withinOf } from "../../records/delivery.ts";
import { stormFailedMessage, stormMessage, stormPages, stormRestoredMessage } from "../../views/announcement/storm.ts";
import type { Reply, Teller, Telling, ToldSoFar } from "../deliver/teller.ts";
import type { Stories } from "./story.ts";

type Deps = {
  readonly store: Pick<Store, "read" | "find" | "commit">;
  readonly stories: Stories;
  readonly newId: () => string;
};

/** More than this many that wait to be posted in one channel are told in one message. */
const mostAlone = 10;
/** Who comes this soon after the last one is told with them. */
const openMs = 10_000;
const longestMs = 300_000;
const touchEveryMs = 2_000;
const mostMembers = 500;
const atATime = 20;
const soonMs = 3_000;

/** Finds out that there is a storm. Its record belongs to the `deliver` loop, which asks. */
export function createStorms({ store, newId }: Omit<Deps, "stories">) {
  return async function stormOf({ channel }: Announcement, now: EpochMs): Promise<string | null> {
    const key = announcements.storm(channel);
    for (;;) {
      const known = await store.read(key);
      const isOpen = known !== null && now - known.value.last < openMs && now - known.value.since < longestMs;
      if (isOpen && now - known.value.last < touchEveryMs) return known.value.id;
      const waiting = isOpen
        ? []
        : await store.find(announcements.waiting(channel), { after: null, limit: mostAlone + 1 });
      if (!isOpen && waiting.length <= mostAlone) return null;
      const storm = isOpen ? { ...known.value, last: now } : { id: newId(), since: now, last: now };
      const version = known?.version ?? null;
      const put = { key, value: storm, expiresAt: announcements.expiresAt(now) };
      if ((await store.commit({ id: newId(), expect: [{ key, version }], put: [put] })) === "done") return storm.id;
    }
  };
}

/** Many releases at once: one message, with each of them in its thread, in order. */
export function createStormTeller({ store, stories }: Omit<Deps, "newId">): Teller {
  async function tell(id: string, told: ToldSoFar): Promise<Telling | null> {
    const all = await members(id);
    const [first] = all;
    if (!first) return null;
    const isOver = all.every((it) => isFinal(stateOfAll(it.parts)));
    const failing = all.filter((it) => stateOfAll(it.parts) === "failed");
    return {
      channel: first.announcement.channel,
      thread: null,
      message: stormMessage(all),
      replies: [...failureReplies(all, failing, told), ...pagesOf(all, isOver)],
      urgent: isOver,
      next: all.some((it) => !isFinal(stateOfAll(it.parts))) && isYoung(all, told.now) ? told.now + soonMs : null,
    };
  }

  async function members(id: string): Promise<readonly Story[]> {
    const strings = await store.find(deliveries.within({ kind: announcements.stormKind, id }), {
      after: null,
      limit: mostMembers,
    });
    const found: Story[] = [];
    for (let index = 0; index < strings.length; index += atATime) {
      const some = await Promise.all(strings.slice(index, index + atATime).map(async (it) => storyOf(withinOf(it).id)));
      found.push(...some.filter((it) => it !== null));
    }
    return found;
  }

  async function storyOf(id: string): Promise<Story | null> {
    const announcement = await store.read(announcements.of(id));
    return announcement && stories.of(announcement.value, "plain");
  }

  return { kind: announcements.stormKind, tell };
}

function failureReplies(all: readonly Story[], failing: readonly Story[], { replies }: ToldSoFar): readonly Reply[] {
  if (failing.length > 0) return [{ name: "failed", broadcast: true, message: stormFailedMessage(failing) }];
  const isWell = replies.has("failed") && all.every((it) => wellAgainSince(it.parts) !== null);
  return isWell ? [{ name: "restored", broadcast: true, message: stormRestoredMessage(all) }] : [];
}

function pagesOf(all: readonly Story[], isOver: boolean): readonly Reply[] {
  return stormPages(all).map((message, index) => ({
    name: `page ${index + 1}`,
    broadcast: false,
    message,
    patient: !isOver,
  }));
}

function isYoung(all: readonly Story[], now: EpochMs): boolean {
  return all.some((it) => now - it.announcement.at < 1_800_000);
}
