import { type End, type Failure, healthyMs, type Release } from "../../core/ledger/release.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Color } from "../message.ts";
import { literal } from "../words/text.ts";
import { duration } from "../words/time.ts";

export type Fared = { readonly emoji: string; readonly color: Color; readonly words: string };

/** What became of a release: the mark it gets in a list, in words too. */
export function faredOf(release: Release, now: EpochMs): Fared {
  return release.end === null ? inForce(release) : over(release, release.end, now);
}

function inForce({ outcome }: Release): Fared {
  switch (outcome.state) {
    case "healthy":
      return { emoji: ":white_check_mark:", color: "green", words: "live now" };
    case "failed":
      return { emoji: ":x:", color: "red", words: `live now, ${failureWords(outcome.because)}` };
    case "pending":
      return { emoji: ":hourglass_flowing_sand:", color: "blue", words: "live now, not healthy yet" };
    case "unseen":
      return { emoji: ":grey_question:", color: "grey", words: "live now, how it fares was not seen" };
  }
}

function over(release: Release, end: End, now: EpochMs): Fared {
  const ended = end.by === "rollback" ? `rolled back${whoWords(end)}` : ends[end.because];
  const words = [ended, healthWords(release, end, now)].filter((it) => it !== null).join(", ");
  if (isBad(release)) return { emoji: ":x:", color: "red", words };
  if (end.by === "rollback") return { emoji: ":leftwards_arrow_with_hook:", color: "amber", words };
  return { emoji: end.because === "gone" ? ":wastebasket:" : ":black_small_square:", color: "grey", words };
}

/** Where we did it, we know by whom and why. */
function whoWords({ takenBack }: End): string {
  return takenBack ? ` by ${literal(takenBack.operator, 80)} because “${literal(takenBack.reason, 200)}”` : "";
}

const ends = { replaced: null, gone: "deleted", "made anew": "deleted and made again" } as const;

function isBad({ outcome }: Release): boolean {
  return outcome.state === "failed" || outcome.state === "pending";
}

/** One that is over, and that somebody looked at until then. */
export function wasNeverHealthy({ outcome, end }: Release): boolean {
  const neverSeen = outcome.state === "pending" || (outcome.state === "failed" && outcome.earlierMs === 0);
  return end !== null && end.notBefore === null && neverSeen;
}

/** Whether it had not been seen healthy by that time: then pods of the release before it may have served. */
export function wasOnItsWay({ outcome }: Release, at: EpochMs): boolean {
  switch (outcome.state) {
    case "healthy":
      return outcome.earlierMs === 0 && outcome.since > at;
    case "failed":
      return outcome.earlierMs === 0;
    case "pending":
      return true;
    case "unseen":
      return false;
  }
}

/** Of one that ended while nobody was looking, nobody can say that it never was healthy. */
function healthWords(release: Release, end: End, now: EpochMs): string {
  const { outcome } = release;
  const never = end.notBefore === null ? "never healthy" : "not seen healthy";
  const healthy = healthyMs(release, now);
  switch (outcome.state) {
    case "healthy":
      return `healthy for ${duration(healthy)}`;
    case "pending":
      return never;
    case "failed": {
      const failed = failureWords(outcome.because);
      return healthy === 0 ? `${never}: ${failed}` : `healthy for ${duration(healthy)}, then ${failed}`;
    }
    case "unseen":
      return "how it fared was not seen";
  }
}

function failureWords({ pod, container, reason, exitCode }: Failure): string {
  const what = literal(reason, 120) || "no reason was given";
  const exit = exitCode === null ? "" : `, exit code ${exitCode}`;
  const where = [
    pod === null ? [] : `pod ${literal(pod, 80)}`,
    container === null ? [] : `container ${literal(container, 63)}`,
  ];
  return `failed with ${what}${exit}${where.flat().length === 0 ? "" : ` (${where.flat().join(", ")})`}`;
}
