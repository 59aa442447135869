import type { PastQuestion } from "../past/question.ts";
import type { EpochMs } from "../workload.ts";

/** What somebody wants to know, ready to be answered now or, from a button, again later. */
export type Question =
  | { readonly kind: "help" }
  | { readonly kind: "environment"; readonly environment: string; readonly page: number }
  | { readonly kind: "service"; readonly service: string; readonly environment: string }
  /** What to go back to is chosen in a dialog, or left to the last one that is known to be good. */
  | { readonly kind: "rollback"; readonly service: string; readonly environment: string }
  | PastQuestion;

/** A text that is no question yet, and why. */
export type Unclear = { readonly kind: "unclear"; readonly because: Because };

/** `choices` are questions that may have been meant, the likeliest first. */
export type Because =
  | { readonly kind: "ambiguous"; readonly word: string; readonly choices: readonly Question[] }
  | {
      readonly kind: "no service";
      readonly word: string;
      readonly environment: string;
      readonly choices: readonly Question[];
    }
  | {
      readonly kind: "no environment";
      readonly word: string;
      readonly environments: readonly string[];
      readonly choices: readonly Question[];
    }
  /** A message that was pointed at names several things, or nothing of which we know. */
  | { readonly kind: "several named"; readonly choices: readonly Question[] }
  | { readonly kind: "nothing named"; readonly unseen: readonly string[]; readonly environments: readonly string[] }
  /** Nothing of that name runs there, nor did it at any time that we know of. */
  | {
      readonly kind: "never seen";
      readonly word: string;
      readonly environment: string;
      readonly choices: readonly Question[];
    }
  /** A word of the command's grammar without what it is about. */
  | { readonly kind: "incomplete"; readonly command: "at" | "history" | "where" | "rollback" }
  | { readonly kind: "two environments"; readonly choices: readonly Question[] }
  | { readonly kind: "no time"; readonly word: string }
  | { readonly kind: "no span"; readonly word: string }
  | { readonly kind: "span too long"; readonly mostDays: number; readonly choices: readonly Question[] }
  /** `zone`: IANA name of the zone in which the time was meant. */
  | { readonly kind: "future"; readonly at: EpochMs; readonly zone: string }
  /** `local`: date and time as clocks there show them. Twice: they were set back. Skipped: they were set forward. */
  | {
      readonly kind: "twice" | "skipped" | "whole day";
      readonly local: string;
      readonly zone: string;
      readonly choices: readonly Question[];
    }
  /** A word of the command's grammar that cannot be answered yet. */
  | { readonly kind: "not yet"; readonly word: string }
  | { readonly kind: "too long" };

export function unclear(because: Because): Unclear {
  return { kind: "unclear", because };
}
