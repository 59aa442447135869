import { type Environment, sightOf } from "../core/answer.ts";
import { type Incident, incidentId, isKeptCurrent, lookedBackTo, openedIn, opensAnew } from "../core/incident.ts";
import { nameOf } from "../core/ledger/release.ts";
import type { PastRow } from "../core/past/answer.ts";
import type { View } from "../core/view.ts";
import type { EpochMs } from "../core/workload.ts";
import type { Clock, Store } from "../ports.ts";
import { dueToTell } from "../records/delivery.ts";
import { incidents } from "../records/incident.ts";
import { changeMessage } from "../views/incident/change.ts";
import { incidentMessage } from "../views/incident/incident.ts";
import type { Identities } from "./learn/identify.ts";
import { recallLately } from "./recall/lately.ts";
import { createLedger } from "./recall/ledger.ts";
import type { Reply, Teller, Telling } from "./deliver/teller.ts";

type Deps = {
  readonly view: View;
  readonly store: Pick<Store, "read" | "range" | "find" | "commit">;
  readonly identities: Identities;
  readonly environments: readonly Environment[];
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
};

export type Incidenting = {
  /**
   * Somebody brought us into an incident's channel, or spoke to us there. True: that begins a look back at what changed,
   * which is told there. However often it is said, and to however many of us, it is told once.
   */
  open(channel: string, createdAt: EpochMs | null): Promise<boolean>;
  readonly teller: Teller;
};

const kind = "incident";

/** More than this nobody reads in a message, and more messages than this bury what people say to each other. */
const mostRows = 10;
const mostReplies = 20;

const lookEveryMs = 5_000;

export function createIncidenting(deps: Deps): Incidenting {
  const { view, store, identities, environments, clock, newId } = deps;
  const ledger = createLedger(deps);
  const places = environments.flatMap((it) => it.places);

  async function open(channel: string, createdAt: EpochMs | null): Promise<boolean> {
    const key = incidents.in(channel);
    const known = await store.read(key);
    const now = clock.now();
    if (known && !opensAnew(known.value, now)) return false;
    const incident = openedIn(channel, createdAt, now);
    const id = newId();
    const opened = await store.commit({
      id,
      expect: [{ key, version: known?.version ?? null }],
      put: [{ key, value: incident, expiresAt: incidents.expiresAt(incident) }],
      index: { add: [dueToTell({ kind, id: incidentId(incident) }, now, id)] },
    });
    return opened === "done"; // or another of us heard the same
  }

  const tell: Teller["tell"] = async (id, { replies: said, now }) => {
    const incident = (await store.read(incidents.in(channelOf(id))))?.value;
    if (!incident || incidentId(incident) !== id) return null; // a later one is told instead
    const { rows, more } = await recallLately(
      { since: lookedBackTo(incident), most: mostRows + mostReplies },
      { ledger, store },
    );
    const shown = rows.slice(0, mostRows);
    const message = incidentMessage({
      incident,
      rows: shown,
      more: more + rows.length - shown.length,
      environments: environments.map((it) => it.name),
      unrecorded: identities.missing(),
      sight: sightOf(view, { places }),
      now,
    });
    return {
      channel: incident.channel,
      thread: null,
      message,
      replies: repliesOf(rows, incident, said, now),
      urgent: false,
      next: isKeptCurrent(incident, now) ? Math.min(now + lookEveryMs, incident.until) : null,
    } satisfies Telling;
  };

  return { open, teller: { kind, tell } };
}

/** What was deployed while people were looking is said to the channel, each once, and kept current like the list. */
function repliesOf(
  rows: readonly PastRow[],
  incident: Incident,
  said: ReadonlySet<string>,
  now: EpochMs,
): readonly Reply[] {
  const meanwhile = rows
    .filter(({ release }) => release.start.at > incident.openedAt && release.start.at <= incident.until)
    .filter(({ release }) => release.kind !== "restart")
    .map((row) => ({ name: replyName(row), message: changeMessage(row, now), broadcast: true }))
    .toReversed();
  const fresh = meanwhile.filter((it) => !said.has(it.name)).slice(0, Math.max(0, mostReplies - said.size));
  return meanwhile.filter((it) => said.has(it.name) || fresh.includes(it));
}

function replyName({ release: { of, start } }: PastRow): string {
  return `${nameOf(of)}/${start.at}`;
}

function channelOf(id: string): string {
  return id.slice(0, id.lastIndexOf("-"));
}
