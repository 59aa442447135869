import type { EpochMs } from "../workload.ts";

/** How far the telling of one record is: what stands in Slack of it, and what may. Only the `deliver` loop writes it. */
export type Delivery = {
  /** When it was first tried. */
  readonly since: EpochMs;
  /** Until when one of us is at it. 0: nobody is. */
  readonly lease: EpochMs;
  /** The message, and what stands in its thread. */
  readonly parts: readonly Part[];
  /** Messages of ours that say the same as a part, since somebody was stopped at the wrong moment. */
  readonly twins: readonly Twin[];
  /** It is told within another record's message. */
  readonly within: RecordName | null;
  /** Slack did not take the message as it was made: it is told in plain words. */
  readonly plainly: boolean;
};

export type RecordName = { readonly kind: string; readonly id: string };

/** Where a message stands. */
export type Place = { readonly channel: string; readonly ts: string };

export type Part = { readonly name: string; readonly is: Posting | Posted | Gone };

/** It was about to be posted: nobody knows whether it was. */
type Posting = { readonly state: "posting"; readonly at: EpochMs; readonly looks: number };
/** `print`: of what it says now. `at`: when it was last written. */
export type Posted = { readonly state: "posted"; readonly place: Place; readonly at: EpochMs; readonly print: string };
/** Somebody deleted it. */
type Gone = { readonly state: "gone" };

export type Twin = { readonly of: string; readonly place: Place; readonly pointed: boolean };

/** The part that the others answer. */
export const root = "";

export function newDelivery(now: EpochMs): Delivery {
  return { since: now, lease: 0, parts: [], twins: [], within: null, plainly: false };
}

export function partOf(delivery: Delivery, name: string): Part["is"] | null {
  return delivery.parts.find((it) => it.name === name)?.is ?? null;
}

export function placeOf(delivery: Delivery, name: string): Place | null {
  const part = partOf(delivery, name);
  return part?.state === "posted" ? part.place : null;
}

/** A short text that differs when what is said differs. */
export function printOf(said: unknown): string {
  const text = JSON.stringify(said);
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 2_654_435_761);
    two = Math.imul(two ^ unit, 1_597_334_677);
  }
  return [one ^ (two >>> 15), two ^ (one >>> 13)].map((it) => (it >>> 0).toString(16).padStart(8, "0")).join("");
}
