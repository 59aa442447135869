import type { Announcement } from "../../core/announcement/announcement.ts";
import { isFinal, stateOfAll, wellAgainSince } from "../../core/announcement/state.ts";
import type { Story } from "../../core/announcement/story.ts";
import type { LinkTemplates } from "../../core/image/link.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Store } from "../../ports.ts";
import { announcements } from "../../records/announcing.ts";
import { announcementMessage } from "../../views/announcement/message.ts";
import { detailsMessage, failedMessage, restoredMessage } from "../../views/announcement/thread.ts";
import type { Elsewhere, Reply, Teller, Telling, ToldSoFar } from "../deliver/teller.ts";
import type { Stories } from "./story.ts";

type Deps = {
  readonly store: Pick<Store, "read">;
  readonly stories: Stories;
  readonly links: LinkTemplates;
  /** Who deployed it, in Slack. Null: nobody is to be mentioned. */
  readonly mentionOf: (story: Story) => string | null;
  /** The storm that a new announcement is part of. Null: it is told by itself. */
  readonly stormOf: (announcement: Announcement, now: EpochMs) => Promise<string | null>;
};

/** How often its pods are counted while it is on its way, and while it fails. */
const soonMs = 3_000;
const laterMs = 15_000;
const patienceMs = 1_800_000;

export function createAnnouncementTeller({ store, stories, links, mentionOf, stormOf }: Deps): Teller {
  async function tell(id: string, told: ToldSoFar): Promise<Telling | Elsewhere | null> {
    const found = await store.read(announcements.of(id));
    if (!found) return null;
    const announcement = found.value;
    const waits = [announcements.waits(announcement)];
    const storm = told.place === null ? await stormOf(announcement, told.now) : null;
    if (storm !== null) return { within: { kind: announcements.stormKind, id: storm }, at: announcement.at, waits };
    const story = await stories.of(announcement);
    if (!story) return null;
    const state = stateOfAll(story.parts);
    return {
      channel: announcement.channel,
      thread: null,
      message: announcementMessage(story, links),
      replies: repliesOf(story, told),
      urgent: state === "failed" || isFinal(state),
      waits,
      next: nextLook(story, told.now),
    };
  }

  /** A failure is told to the channel once, and so is that it is over. */
  function repliesOf(story: Story, { replies }: ToldSoFar): readonly Reply[] {
    const isFailed = stateOfAll(story.parts) === "failed";
    const isOver = replies.has("failed") && wellAgainSince(story.parts) !== null;
    const failed: Reply = { name: "failed", broadcast: true, message: failedMessage(story, mentionOf(story)) };
    const restored: Reply = { name: "restored", broadcast: true, message: restoredMessage(story) };
    const details: Reply = { name: "details", broadcast: false, message: detailsMessage(story) };
    return [...(isFailed && !isOver ? [failed] : []), ...(isOver ? [restored] : []), details];
  }

  return { kind: announcements.kind, tell };
}

/** What the ledger writes wakes us by itself. Pods that get ready one by one do not. */
function nextLook({ parts }: Pick<Story, "parts">, now: EpochMs): EpochMs | null {
  const state = stateOfAll(parts);
  if (isFinal(state)) return null;
  const since = Math.min(...parts.map((it) => it.release.start.at));
  if (now - since > patienceMs) return null;
  return now + (state === "failed" ? laterMs : soonMs);
}
