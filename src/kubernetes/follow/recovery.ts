import type { FailureKind } from "../api/failure.ts";

/** What to do after a list or a watch has ended. Pure: the stream (stream.ts) only obeys. */

export type Ending = {
  readonly of: "list" | "watch";
  /** `closed`: the server ended the stream in good order, as it does when its time is up. */
  readonly how: FailureKind | "closed";
  /** Whether the server took the watch on at all. */
  readonly opened: boolean;
  /** Whether it then told us anything, be it only a bookmark. */
  readonly said: boolean;
  readonly lastedMs: number;
  readonly retryAfterMs: number | null;
  /** Nothing else rests on this stream: it may well be that we are never to read it. */
  readonly dispensable?: boolean;
};

/** What went wrong in a row. A watch that goes on for a healthy time ends the row. */
export type Setbacks = { readonly failures: number; readonly hasty: number };

export const none: Setbacks = { failures: 0, hasty: 0 };

export type Step = {
  readonly setbacks: Setbacks;
  readonly next: "resume" | "relist";
  readonly waitMs: number;
  /** What we knew may have changed without our hearing of it. */
  readonly broken: boolean;
};

const healthyMs = 30_000;
/** A server gives its watches minutes. One that closes before this has not even tried. */
const hastyMs = 5_000;
/** That many times in a row, and our place in the stream (the resource version) is itself in doubt. */
const doubtAfter = 3;
const firstWaitMs = 500;
/** Short: whoever asks what is running while a server comes back should not wait for us too. */
const longestWaitMs = 10_000;
const longestObeyedMs = 60_000;
/** Each try at what we are meant not to have is a refusal in somebody's audit log. A server that just started refuses, too. */
const deniedMs = 10 * 60_000;
const deniedAfter = 5;

/** `random` is from 0 up to 1. */
export function recover(before: Setbacks, ending: Ending, random: number): Step {
  const setbacks = ending.of === "watch" && ending.lastedMs >= healthyMs ? none : before;
  const { how } = ending;
  return how === "closed" ? afterClose(setbacks, ending, random) : afterFailure(setbacks, { ...ending, how }, random);
}

/** Some servers answer a resource version they have forgotten by closing at once, and never with 410. */
function afterClose(before: Setbacks, { said, lastedMs }: Ending, random: number): Step {
  if (said || lastedMs >= hastyMs) {
    return { setbacks: { ...before, hasty: 0 }, next: "resume", waitMs: jittered(firstWaitMs, random), broken: false };
  }
  const hasty = before.hasty + 1;
  if (hasty < doubtAfter) {
    return { setbacks: { ...before, hasty }, next: "resume", waitMs: backoffMs(hasty, random), broken: false };
  }
  const failures = before.failures + 1;
  const setbacks = { failures, hasty: 0 };
  return { setbacks, next: "relist", waitMs: backoffMs(failures, random), broken: true };
}

function afterFailure(before: Setbacks, ending: Ending & { readonly how: FailureKind }, random: number): Step {
  const failures = before.failures + 1;
  const denied = ending.dispensable && ending.how === "forbidden" && failures >= deniedAfter;
  return {
    setbacks: { failures, hasty: 0 },
    next: isPlaceGood(ending, failures) ? "resume" : "relist",
    waitMs: Math.max(
      denied ? jittered(deniedMs, random) : backoffMs(failures, random),
      Math.min(ending.retryAfterMs ?? 0, longestObeyedMs),
    ),
    broken: true,
  };
}

function isPlaceGood({ of, how, opened }: Ending & { readonly how: FailureKind }, failures: number): boolean {
  if (of === "list") return false;
  const place = afterwards[how];
  return place === "kept" || (place === "kept-once" && opened && failures < doubtAfter);
}

/**
 * Whether our place in the stream is still good after a watch ended so. `kept-once`: while a server was away it can have
 * been restored from a backup. It would take our place for one in the future, and keep an open watch on it that never speaks.
 */
const afterwards = {
  unreachable: "kept-once",
  "server-error": "kept-once",
  unauthorized: "kept",
  forbidden: "kept",
  throttled: "kept",
  expired: "lost",
  silent: "lost",
  refused: "lost",
  garbage: "lost", // resumed, it would come again
} as const satisfies Record<FailureKind, "kept" | "kept-once" | "lost">;

function backoffMs(nth: number, random: number): number {
  return jittered(Math.min(firstWaitMs * 2 ** Math.min(nth - 1, 16), longestWaitMs), random);
}

/** Between half and all of it: every client of a server that restarts comes back at its own moment. */
function jittered(ms: number, random: number): number {
  return Math.round(ms / 2 + (ms / 2) * random);
}
