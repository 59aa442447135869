import type { Release } from "../ledger/release.ts";
import type { EpochMs } from "../workload.ts";
import type { Then } from "./answer.ts";

/** What the last release that had begun by a time says about that time. */
export function thenOf(release: Release, at: EpochMs): Then {
  const { end } = release;
  if (end === null) return { kind: "ran", release, until: null };
  if (end.at <= at && end.because !== "replaced") return { kind: "gone", last: release };
  const isDoubtful = end.notBefore !== null && end.notBefore <= at && at < end.at;
  return { kind: "ran", release, until: isDoubtful ? { at: end.at, notBefore: end.notBefore } : null };
}
