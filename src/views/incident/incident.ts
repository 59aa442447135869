import type { Sight } from "../../core/answer.ts";
import { type Incident, isKeptCurrent, lookedBackTo } from "../../core/incident.ts";
import type { PastRow } from "../../core/past/answer.ts";
import type { EpochMs } from "../../core/workload.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { context, type Message, section } from "../message.ts";
import { fitted } from "../past/fit.ts";
import { code, literal } from "../words/text.ts";
import { count, utc, when } from "../words/time.ts";
import { changeRow, isFailing } from "./change.ts";

export type IncidentShowing = {
  readonly incident: Incident;
  /** Newest first. */
  readonly rows: readonly PastRow[];
  /** How many more there were. */
  readonly more: number;
  /** Every environment that was looked at. */
  readonly environments: readonly string[];
  /** Why the ledger lacks a cluster, in sentences for people. */
  readonly unrecorded: readonly string[];
  readonly sight: readonly Sight[];
  readonly now: EpochMs;
};

/**
 * What changed before an incident and since. The same facts make the same words at any time: the message is edited when
 * something happened, not because a minute has passed.
 */
export function incidentMessage(showing: IncidentShowing): Message {
  const { rows, more, incident, now } = showing;
  const texts = fitted((detail) => rows.map((it) => changeRow(it, detail, now).text));
  const [environment = "prod"] = showing.environments;
  const others =
    more === 0
      ? []
      : [context(`${count(more, "more change")} before these: ask ${code(`changes ${environment} 24h`)}`)];
  return {
    text: `${summary(showing, spoken, utc)}${newest(rows, now)} ${currency(incident, now, utc)}${lacking(showing, utc)}`,
    blocks: [
      section(`${emojiOf(showing)} ${summary(showing, written, when)}`),
      ...rows.flatMap((it, index) => [section(texts[index] ?? ""), ...changeRow(it, "least", now).buttons]),
      ...others,
      context(`${currency(incident, now, when)}${lacking(showing, when)}`),
    ],
    attachments: [],
  };
}

function emojiOf({ rows }: IncidentShowing): string {
  if (rows.some(isFailing)) return ":x:";
  return rows.length > 0 ? ":mag:" : ":grey_question:";
}

function summary({ rows, more, environments, incident }: IncidentShowing, voice: Voice, time: Time): string {
  const since = time(lookedBackTo(incident));
  const where = environmentWords(environments, voice);
  if (rows.length === 0) return `Nothing changed in ${where} since ${since}, as far as I saw.`;
  const bad = failingWords(rows.filter(isFailing).length, rows.length + more);
  return `${count(rows.length + more, "change")} in ${where} since ${since}, newest first${bad}.`;
}

function failingWords(failing: number, of: number): string {
  if (failing === 0) return "";
  if (failing === of) return of === 1 ? "; it is failing now" : "; all are failing now";
  return `; ${failing} of them ${failing === 1 ? "is" : "are"} failing now`;
}

type Time = (at: EpochMs) => string;

function environmentWords(names: readonly string[], voice: Voice): string {
  const shown = names.slice(0, 4).map((it) => voice.strong(it));
  const left = names.length - shown.length;
  const [last = "", ...others] = [...shown, ...(left > 0 ? [count(left, "more environment")] : [])].toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} and ${last}`;
}

/** For who hears it read aloud. */
function newest(rows: readonly PastRow[], now: EpochMs): string {
  return rows.length === 0
    ? ""
    : ` ${rows
        .slice(0, 3)
        .map((it) => changeRow(it, "least", now).heard)
        .join(" ")}`;
}

/** Until when this can be relied on. */
function currency(incident: Incident, now: EpochMs, time: Time): string {
  const { openedAt, until } = incident;
  if (until <= openedAt) return `As of ${time(openedAt)}, and not kept current: this channel is older than a day.`;
  return isKeptCurrent(incident, now)
    ? `Kept current until ${time(until)}.`
    : `Kept current until ${time(until)}, and not any more.`;
}

/** What is not seen is not told: then nobody should read this as all there was. */
function lacking({ sight, unrecorded }: IncidentShowing, time: Time): string {
  const unseen = sight.flatMap(({ cluster, freshness }) => {
    if (freshness.state === "unread") return [` Not in it: changes in ${literal(cluster)}, which was not read yet.`];
    if (freshness.state !== "behind") return [];
    return [` Not in it: changes in ${literal(cluster)} after ${time(freshness.at)}, since when it cannot be seen.`];
  });
  return [...unseen, ...unrecorded.map((it) => ` ${literal(it, 300)}`)].join("");
}
