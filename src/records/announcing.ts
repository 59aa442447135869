import { z } from "zod";
import type { Announcement, Told } from "../core/announcement/announcement.ts";
import { nameOf, type Subject } from "../core/ledger/release.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Commit, Key, Versioned } from "../ports.ts";
import { dueToTell } from "./delivery.ts";

/** What is told of releases. It is written in the commit that writes the release, so it is neither lost nor doubled. */

const SubjectShape = z.object({
  cluster: z.string(),
  namespace: z.string(),
  kind: z.enum(["Deployment", "StatefulSet", "DaemonSet"]),
  name: z.string(),
});

const AnnouncementShape = z.object({
  id: z.string(),
  service: z.string(),
  environments: z.tuple([z.string()], z.string()),
  channel: z.string(),
  at: z.int(),
  missedSince: z.int().nullable(),
  change: z.string(),
  parts: z.array(z.object({ of: SubjectShape, cluster: z.string(), start: z.int() })),
}) satisfies z.ZodType<Announcement>;

const ToldShape = z.object({ last: z.array(z.string()), before: z.array(z.string()) }) satisfies z.ZodType<Told>;
const LatestShape = z.object({ id: z.string() });

/** Many at once in one channel: those who come while it is open are told within it. */
const StormShape = z.object({ id: z.string(), since: z.int(), last: z.int() });
export type Storm = z.infer<typeof StormShape>;

const announcementLifetimeMs = 90 * 86_400_000;

export const announcements = {
  kind: "announcement",
  of: (id: string): Key<Announcement> => ({ name: `announcement/${id}`, parse: AnnouncementShape.parse }),
  /** Which ones tell of a workload. */
  told: (of: Subject): Key<Told> => ({ name: `announced/${nameOf(of)}`, parse: ToldShape.parse }),
  /** The last one about a service in a channel, which others may yet join. */
  latest: (channel: string, service: string): Key<{ readonly id: string }> => ({
    name: `announcing/${channel}/${service}`,
    parse: LatestShape.parse,
  }),
  expiresAt: (now: EpochMs): EpochMs => now + announcementLifetimeMs,
  /** Of the index: those of a channel that were not posted yet, the oldest first. */
  waiting: (channel: string) => `waiting/${channel}/`,
  waits: ({ channel, at, id }: Pick<Announcement, "channel" | "at" | "id">) =>
    `${announcements.waiting(channel)}${String(at).padStart(15, "0")}/${id}`,
  /** The last storm of a channel. Only the `deliver` loop writes it. */
  storm: (channel: string): Key<Storm> => ({ name: `storm/${channel}`, parse: StormShape.parse }),
  stormKind: "storm",
};

/** One announcement that a step of the ledger makes, or adds to. */
export type Note = {
  readonly announcement: Announcement;
  /** The version of the one that it joins. Null: it is new. */
  readonly joins: string | null;
  /** The version of the record that says which one is the latest. */
  readonly latest: string | null;
  /** Of this commit in its channel. */
  readonly isFirst: boolean;
};

type Notes = {
  readonly of: Subject;
  readonly told: Versioned<Told> | null;
  /** Oldest first. */
  readonly notes: readonly Note[];
  readonly now: EpochMs;
};

/** Those of one service come within this, and so do those that are too many to be told one by one. */
const gatherMs = 500;
const mostBefore = 8;

/** The commit of a step with what is to be told of it. What was told of the workload before is looked at again too. */
export function withNotes(commit: Commit, { of, told, notes, now }: Notes): Commit {
  const expiresAt = announcements.expiresAt(now);
  const due = (id: string, at: EpochMs) => dueToTell({ kind: announcements.kind, id }, at, commit.id);
  const fresh = notes.filter((it) => it.joins === null).map((it) => it.announcement);
  const latest = new Map(fresh.map(({ channel, service, id }) => [announcements.latest(channel, service), { id }]));
  const byName = new Map(Array.from(latest, ([key, value]) => [key.name, { key, value, expiresAt }]));
  return {
    ...commit,
    expect: [
      ...(commit.expect ?? []),
      ...notes.flatMap(({ announcement: it, joins, latest: version, isFirst }) => [
        ...(joins === null ? [] : [{ key: announcements.of(it.id), version: joins }]),
        ...(isFirst ? [{ key: announcements.latest(it.channel, it.service), version }] : []),
      ]),
      ...(notes.length > 0 ? [{ key: announcements.told(of), version: told?.version ?? null }] : []),
    ],
    put: [
      ...(commit.put ?? []),
      ...notes.map(({ announcement }) => ({ key: announcements.of(announcement.id), value: announcement, expiresAt })),
      ...byName.values(),
      ...(notes.length > 0 ? [{ key: announcements.told(of), value: toldNow(of, told, notes), expiresAt }] : []),
    ],
    index: {
      ...commit.index,
      add: [
        ...(commit.index?.add ?? []),
        ...fresh.map(announcements.waits),
        ...notes.map(({ announcement: { id } }) => due(id, now + gatherMs)),
        ...[...(told?.value.last ?? []), ...(told?.value.before ?? [])].map((id) => due(id, now)),
      ],
    },
  };
}

function toldNow(of: Subject, told: Versioned<Told> | null, notes: readonly Note[]): Told {
  const startIn = ({ parts }: Announcement) => parts.find((it) => nameOf(it.of) === nameOf(of))?.start ?? 0;
  const newest = Math.max(...notes.map((it) => startIn(it.announcement)));
  const [last, earlier] = [true, false].map((isLast) =>
    notes.filter((it) => (startIn(it.announcement) === newest) === isLast).map((it) => it.announcement.id),
  );
  return {
    last: last ?? [],
    before: [...(earlier ?? []).toReversed(), ...(told?.value.last ?? [])].slice(0, mostBefore),
  };
}
