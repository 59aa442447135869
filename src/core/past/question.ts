import type { EpochMs } from "../workload.ts";

/** What somebody wants to know of the past. A button carries one, with the place where its page begins. */
export type PastQuestion =
  | {
      readonly kind: "at";
      readonly service: string;
      readonly environment: string;
      readonly at: EpochMs;
      /** IANA name of the zone in which the time was meant. */
      readonly zone: string;
    }
  | {
      readonly kind: "history";
      readonly service: string;
      readonly environment: string;
      readonly before: EpochMs | null;
    }
  /** A digest, a commit or a tag, whole or as it begins. */
  | { readonly kind: "where"; readonly what: string }
  /** What runs in `to`, held against what runs in `from`. */
  | { readonly kind: "diff"; readonly from: string; readonly to: string; readonly page: number }
  | {
      readonly kind: "changes";
      readonly environment: string;
      readonly minutes: number;
      readonly after: string | null;
    }
  /** What was rolled back, and what is under way. */
  | { readonly kind: "rollbacks"; readonly environment: string; readonly after: string | null };
