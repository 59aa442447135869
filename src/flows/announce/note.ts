import { type Announcement, changeOf, takesIn } from "../../core/announcement/announcement.ts";
import { neverLooked, type News, newsIn } from "../../core/announcement/news.ts";
import { type Announce, type Route, routesOf } from "../../core/announcement/route.ts";
import type { Release, Subject } from "../../core/ledger/release.ts";
import type { Looking, Step } from "../../core/ledger/step.ts";
import type { Place } from "../../core/view.ts";
import type { Commit, Store, Versioned } from "../../ports.ts";
import { records } from "../../records.ts";
import { announcements, type Note, withNotes } from "../../records/announcing.ts";
import { createOurs } from "./ours.ts";

export type Announcing = {
  /** The same commit with what is to be told of its step, so that neither is ever there without the other. */
  noted(commit: Commit, of: Noting): Promise<Commit>;
};

type Noting = {
  readonly step: Step;
  readonly known: Release | null;
  readonly looking: Looking;
  /** The cluster's name in our configuration. */
  readonly cluster: string;
};

type Environment = {
  readonly name: string;
  readonly places: readonly Place[];
  readonly announce: (Announce & { readonly restarts: boolean }) | null;
};

type Deps = { readonly store: Pick<Store, "read" | "range" | "find">; readonly environments: readonly Environment[] };

export function createAnnouncing({ store, environments }: Deps): Announcing {
  const askedFor = createOurs({ store });

  async function noted(commit: Commit, noting: Noting): Promise<Commit> {
    const { step, known, looking, cluster } = noting;
    const { of } = step.current;
    const within = environments.filter((it) => it.announce !== null && isIn(it, cluster, of));
    if (within.length === 0) return commit;
    const told = await store.read(announcements.told(of));
    const notes: Note[] = [];
    for (const { release, why } of newsIn(step, known, await beforeOf(noting), looking)) {
      const asked = await askedFor(release);
      for (const route of routesFor({ release, why }, within)) {
        if (asked && (asked.where?.channel ?? route.channel) === route.channel) continue; // its own message is there
        const isFirst = !notes.some((it) => it.announcement.channel === route.channel);
        notes.push(await noteOf(release, route, isFirst, `${commit.id}-${notes.length}`, noting));
      }
    }
    return withNotes(commit, { of, told, notes, now: looking.now });
  }

  /** Only where the step itself does not tell, and where it matters: a restart may turn out to be more. */
  async function beforeOf({ step, known }: Noting): Promise<Release | null> {
    const { kind, of, start } = step.current;
    if (step.ended.length > 0 || known === null || kind === "deploy" || kind === "rollback") return null;
    const [entry] = await store.range(records.ledger(of), { before: start.at, limit: 1 });
    return entry?.value ?? null;
  }

  /** One announcement more, or one that others began. `isFirst`: of this commit in its channel. */
  async function noteOf(
    release: Release,
    { channel, environments: names }: Route,
    isFirst: boolean,
    id: string,
    { looking, cluster }: Noting,
  ): Promise<Note> {
    const { now: at } = looking;
    const missedSince = looking.missedSince === neverLooked ? null : looking.missedSince;
    const { of, service, start } = release;
    const change = changeOf(release);
    const part = { of, cluster, start: start.at };
    const latest = isFirst ? await store.read(announcements.latest(channel, service)) : null;
    const open: Versioned<Announcement> | null = latest && (await store.read(announcements.of(latest.value.id)));
    if (open && takesIn(open.value, { environments: names, at, missedSince, change, of })) {
      const announcement = { ...open.value, parts: [...open.value.parts, part] };
      return { announcement, joins: open.version, latest: latest?.version ?? null, isFirst };
    }
    const announcement = { id, service, environments: names, channel, at, missedSince, change, parts: [part] };
    return { announcement, joins: null, latest: latest?.version ?? null, isFirst };
  }

  return { noted };
}

function routesFor({ release, why }: News, within: readonly Environment[]): readonly Route[] {
  const hearing = within.filter((it) => why === "change" || it.announce?.restarts === true);
  return routesOf(
    release.service,
    hearing.map((it) => it.name),
    hearing,
  );
}

function isIn({ places }: Environment, cluster: string, { namespace }: Subject): boolean {
  return places.some((it) => it.cluster === cluster && (it.namespaces === null || it.namespaces.includes(namespace)));
}
