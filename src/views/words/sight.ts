import type { KnownBlock } from "@slack/types";
import type { Sight } from "../../core/answer.ts";
import type { EpochMs } from "../../core/workload.ts";
import { literal, mrkdwn } from "./text.ts";
import { duration, sinceThen, utc } from "./time.ts";

/** How old the answer is, cluster by cluster. */
export function sightLine(sight: readonly Sight[], now: EpochMs): KnownBlock[] {
  if (sight.length === 0) return [];
  const text = sight.map((it) => sightWords(it, now)).join("\n");
  return [{ type: "context", elements: [mrkdwn(text)] }];
}

/** Only what a listener must not miss: nothing while all is live. */
export function sightWarning(sight: readonly Sight[], now: EpochMs): string {
  const bad = sight.filter((it) => untold.has(it.freshness.state));
  return bad.map((it) => ` ${sightWords(it, now, "")}.`).join("");
}

const untold: ReadonlySet<string> = new Set<Sight["freshness"]["state"]>(["partial", "behind", "unread"]);

function sightWords({ cluster, freshness }: Sight, now: EpochMs, warning = ":warning: "): string {
  const name = literal(cluster);
  switch (freshness.state) {
    case "live":
      return `live from ${name} · last heard ${sinceThen(now - freshness.at)}`;
    case "partial": {
      const kinds = freshness.denied.map((it) => `${it}s`).join(" and ");
      return `${warning}we may not read ${kinds} of ${name} · the rest is live, last heard ${sinceThen(now - freshness.at)}`;
    }
    case "asked": {
      const why = freshness.because === null ? "" : `, since its watch is broken: ${literal(freshness.because, 300)}`;
      return `read from ${name} directly ${sinceThen(now - freshness.at)}${why}`;
    }
    case "behind": {
      const age = duration(now - freshness.at);
      return `${warning}${name} cannot be seen since ${utc(freshness.at)} (${age} ago): ${literal(freshness.because, 300)}`;
    }
    case "unread":
      return freshness.because === null
        ? `${warning}${name} is still being read for the first time`
        : `${warning}${name} has not been read yet: ${literal(freshness.because, 300)}`;
  }
}
