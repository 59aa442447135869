import { type Environment, type EnvironmentAnswer, everythingIn } from "../../core/answer.ts";
import type { Aliases } from "../../core/image/identity.ts";
import type { View } from "../../core/view.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Clock } from "../../ports.ts";

type Deps = { readonly view: View; readonly aliases: Aliases; readonly clock: Pick<Clock, "now"> };

/** What is known of an environment, as of `at`: any of its pages can be shown. */
export type Everything = { readonly known: Omit<EnvironmentAnswer, "page">; readonly at: EpochMs };

/**
 * Judges all that is in an environment: up to half a second of work for ten thousand workloads. Others get their turns in
 * between, and those who ask meanwhile for the same get the same.
 */
export function createOverview({ view, aliases, clock }: Deps) {
  const underWay = new Map<string, Promise<Everything>>();

  async function everything(environment: Environment): Promise<Everything> {
    const shared =
      underWay.get(environment.name) ?? judge(environment).finally(() => underWay.delete(environment.name));
    underWay.set(environment.name, shared);
    return shared;
  }

  async function judge(environment: Environment): Promise<Everything> {
    const at = clock.now();
    const judging = everythingIn({ view, environment, aliases, now: at });
    for (;;) {
      const { done, value } = judging.next();
      if (done === true) return { known: value, at };
      await othersTurn();
    }
  }

  return { everything };
}

async function othersTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
