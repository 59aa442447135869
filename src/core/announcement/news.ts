import type { Release } from "../ledger/release.ts";
import type { Looking, Step } from "../ledger/step.ts";
import { differencesOf } from "../past/difference.ts";

/** A release to be told, and why. */
export type News = { readonly release: Release; readonly why: Why };

/** "restart": the same images and references. It is told only where somebody wants to hear of it. */
export type Why = "change" | "restart";

/**
 * What of a step is worth telling. Scaling, a list that is read again and what pods do make no release, so they never come
 * here. `before`: what came before the known release, looked up where the step adds none.
 */
export function newsIn(step: Step, known: Release | null, before: Release | null, looking: Looking): readonly News[] {
  const all = [...step.ended, step.current];
  return all
    .flatMap((release, index) => {
      const previous = all[index - 1] ?? (isSame(release, known) ? before : known);
      if (isSame(release, known)) return known && learntNews(release, known, previous);
      if (previous === null && !beganWhileLooking(release, looking)) return [];
      const why = whyOf(release, previous);
      return why === null ? [] : [{ release, why }];
    })
    .filter((it) => it !== null);
}

/** The pods have shown that a restart brought another image: its tag has moved. */
function learntNews(release: Release, known: Release, before: Release | null): News[] {
  if (before === null || release.end !== null) return [];
  const isNew = whyOf(release, before) === "change" && whyOf(known, before) !== "change";
  return isNew ? [{ release, why: "change" }] : [];
}

/** Null: nothing that anybody wants to be told. */
export function whyOf(release: Release, before: Release | null): Why | null {
  if (before === null || before.end?.because === "gone") return "change";
  const isChange = differencesOf(release, before).some(
    (it) => it.kind !== "configuration" || it.change === "used" || it.change === "not used",
  );
  if (isChange) return "change";
  return release.kind === "restart" ? "restart" : null;
}

/** One that is seen for the first time may have been there all along. */
const recentMs = 900_000;

/** Where nobody has looked before, there is a past to learn, and nothing to tell of it but what begins from then on. */
function beganWhileLooking({ start }: Release, { missedSince, first, now }: Looking): boolean {
  if (missedSince === null) return start.at > now - recentMs;
  const since = missedSince === neverLooked ? first : missedSince;
  return since !== undefined && start.at >= since - (since % 1_000); // API servers note times in whole seconds
}

export const neverLooked = 0;

function isSame(release: Release, known: Release | null): boolean {
  return known !== null && known.uid === release.uid && known.start.at === release.start.at;
}
