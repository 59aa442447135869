import type { Sought } from "../../core/claims/sought.ts";
import type { Way, Ways } from "../../core/claims/way.ts";
import { unlessLate } from "../../deadline.ts";
import type { Recording } from "../record.ts";

type Deps = {
  readonly recording: Pick<Recording, "wayOf">;
  /** How long an answer waits for them. */
  readonly waitMs?: number;
};

/** An answer with more images than this is about something else than one image's way. */
const mostImages = 5;

/** What pipelines claim about the images of an answer: for as long as an answer can wait, and never its end. */
export function createWays({ recording, waitMs = 500 }: Deps) {
  return async function waysOf(images: readonly Sought[]): Promise<Ways> {
    if (images.length === 0) return { by: new Map(), unread: false };
    const reading = Promise.all(images.slice(0, mostImages).map(read)).catch(() => null);
    const ways = await unlessLate(reading, waitMs);
    return { by: new Map(ways?.filter((it) => it !== null)), unread: ways === null };
  };

  async function read(image: Sought): Promise<readonly [string, Way] | null> {
    const way = await recording.wayOf(image);
    return way && [image.digest, way];
  }
}
