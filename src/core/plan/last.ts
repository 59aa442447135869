import type { LastChange } from "../check/configuration.ts";
import type { Release } from "../ledger/release.ts";
import { differencesOf } from "../past/difference.ts";

/** What changed last, where that was configuration alone: the image stayed, so that another one may not help. */
export function lastChangeOf([current, before]: readonly Release[]): readonly LastChange[] {
  if (current?.kind !== "configuration" || before === undefined) return [];
  return differencesOf(current, before).flatMap((it) =>
    it.kind === "configuration" ? [{ config: { kind: it.of, name: it.name }, at: current.start.at }] : [],
  );
}
