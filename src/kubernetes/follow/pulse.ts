import type { Clock } from "../../ports.ts";
import { Failure } from "../api/failure.ts";
import type { Deadlines, Requests } from "../api/request.ts";
import { pathOf, resources } from "../api/resource.ts";
import { unlessStopped } from "../../deadline.ts";

/** Whether a cluster's API server is alive. One for all its streams: what one of them hears is good for the others. */
export type Pulse = {
  /** The server said something. */
  beat(): void;
  /** It said something within the last seconds, or answers a small question now, whatever it answers. Rejects when stopped. */
  isBeating(stop: AbortSignal): Promise<boolean>;
};

type Options = {
  readonly requests: Requests;
  readonly namespace: string | null;
  readonly clock: Clock;
  readonly within: Pick<Deadlines, "pulseMs" | "beatMs">;
  /** Ends the question itself, which is for all who wait for it. */
  readonly stop: AbortSignal;
};

export function createPulse({ requests, namespace, clock, within, stop: ended }: Options): Pulse {
  let heardAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<boolean> | null = null;

  function beat(): void {
    heardAt = clock.now();
  }

  async function isBeating(stop: AbortSignal): Promise<boolean> {
    const age = clock.now() - heardAt;
    if (age >= 0 && age < within.beatMs) return true; // a clock that was put back proves nothing
    asking ??= ask().finally(() => {
      asking = null;
    });
    return unlessStopped(asking, stop);
  }

  /** One object of a kind that is read anyway. */
  async function ask(): Promise<boolean> {
    const [resource] = resources;
    if (!resource) return true;
    const path = pathOf({ resource, namespace }, { limit: "1" });
    const asked = { verb: "list", resource: resource.plural, namespace };
    try {
      await requests.get({ path, asked, stop: AbortSignal.any([ended, AbortSignal.timeout(within.pulseMs)]) });
    } catch (err) {
      if (!(err instanceof Failure) || err.kind === "unreachable") return false;
    }
    beat();
    return true;
  }

  return { beat, isBeating };
}
