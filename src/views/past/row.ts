import type { Kind } from "../../core/ledger/release.ts";
import type { Located, PastRow } from "../../core/past/answer.ts";
import type { EpochMs } from "../../core/workload.ts";
import { written } from "../words/headline.ts";
import { briefly } from "../words/provenance.ts";
import { literal } from "../words/text.ts";
import { when } from "../words/time.ts";
import { differenceWords } from "./difference.ts";
import { type Fared, faredOf } from "./fared.ts";
import type { Detail } from "./fit.ts";
import { imageWords, shortImage } from "./image.ts";
import { momentWords } from "./moment.ts";

type How = {
  readonly now: EpochMs;
  /** What the row begins with, where rows are not all of one service. */
  readonly title: string | null;
  /** Whether it says which workload it is of. */
  readonly placed: boolean;
  readonly detail: Detail;
  /** What became of it, where the release does not tell. */
  readonly fared?: Fared | null;
};

/** One release of a list: what became of it, what ran, when, by whom, and what was different. */
export function rowText(row: PastRow, { now, title, placed, detail, fared = null }: How): string {
  const { release, before } = row;
  const { emoji, words } = fared ?? faredOf(release, now);
  const began = momentWords(release.start, when);
  if (detail === "least") return `${emoji} ${shortImage(release)} · ${began}`;

  const different = detail === "full" ? differenceWords(release, before) : null;
  const place = placed ? ` · ${placeWords(row)}` : "";
  return [
    `${emoji} ${title === null ? "" : `${title}: `}${imageWords(release, written)} · *${words}*`,
    `${kinds[release.kind]} ${briefly(release.provenance)} · ${began}${place}`,
    ...(different === null ? [] : [different]),
  ].join("\n");
}

/** Who deployed an image is not who restarted it or changed its configuration: that nobody notes. */
const kinds = {
  deploy: "deployed",
  rollback: "brought back",
  restart: "restarted · image deployed",
  configuration: "configuration changed · image deployed",
} satisfies Record<Kind, string>;

/** Which workload it is, and where: one whose cluster is not configured any more has no name for that. */
export function placeWords({ subject, cluster }: Located): string {
  const name = literal(`${subject.namespace}/${subject.name}`, 130);
  return `${subject.kind} ${name} · ${cluster === null ? "a cluster that is not configured any more" : literal(cluster, 80)}`;
}

/** `*checkout* in *prod*`: under the names that it has in our configuration now. */
export function serviceTitle({ release, environments }: PastRow): string {
  const places = environments.slice(0, 3).map((it) => `*${literal(it, 63)}*`);
  return `*${literal(release.service, 63)}* in ${places.length === 0 ? "no environment of today" : places.join(" and ")}`;
}
