import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";
import type { Break } from "../cluster/fault.ts";
import type { Chance } from "./chance.ts";
import type { Fault } from "./faults.ts";
import type { Asked, Outage, Span } from "./judge.ts";
import type { Landscape } from "./landscape.ts";
import { topics } from "./questions.ts";

/** One fault and what followed, until all was well again or the time for that was over. */
export type Chapter = {
  readonly fault: Fault;
  readonly from: number;
  readonly endedAt: number;
  /** Null: not within the time that is promised. */
  readonly recoveredAt: number | null;
  readonly to: number;
};

type Parts = {
  readonly broken: Landscape;
  readonly healthy: Landscape;
  readonly break: Break;
  readonly asked: readonly Asked[];
  readonly chance: Chance;
};

const recoverWithinMs = 60_000;

/** Lets faults come one after the other, each in the middle of a rollout and with another one right after. */
export function createStory({ broken, healthy, break: act, asked, chance }: Parts) {
  const chapters: Chapter[] = [];
  const outages: Outage[] = [];
  const blindness: Span[] = [];
  const sighted: Span[] = [];

  async function suffer(fault: Fault): Promise<void> {
    await broken.deploy();
    const deployedFirst = Date.now();
    await vi.waitFor(() => knownSince(deployedFirst), { timeout: 30_000, interval: 20 });
    await sleep(chance.next() * 1_500);
    const from = Date.now();
    await fault.begin();
    const begun = Date.now();
    await healthy.deploy();
    if (fault.canDeploy) await broken.deploy();
    await sleep(fault.holdMs);
    const endedAt = Date.now();
    await fault.end();
    if (!fault.canDeploy) {
      await vi.waitFor(() => knownSince(endedAt), { timeout: recoverWithinMs, interval: 20 });
      await broken.deploySoon(recoverWithinMs);
    }
    const deployedAt = Date.now();

    const cluster = broken.name;
    if (fault.isOutage) outages.push({ cluster, from, to: endedAt });
    const span = { cluster, from: begun + fault.noticedMs, to: endedAt };
    blindness.push({ ...span, topics: fault.blinds });
    sighted.push({ ...span, topics: fault.spares });
    const recoveredAt = await recovered(Math.max(deployedAt, endedAt), endedAt + recoverWithinMs);
    await settle();
    await sleep(1_000); // a moment of peace, in which nothing may go wrong either
    chapters.push({ fault, from, endedAt, recoveredAt, to: Date.now() });
  }

  /** What it was when the fault ended: the next change would hide it. */
  function knownSince(time: number): void {
    if ((broken.truth.snapshots.at(-1)?.from ?? 0) < time) throw new Error(`${broken.name} cannot be read yet`);
  }

  /** When the last of those who ask got an answer that shows the cluster as it is: whether it is true, the judge says. */
  async function recovered(since: number, until: number): Promise<number | null> {
    const left = Math.max(1, until - Date.now());
    return vi.waitFor(() => wellSince(since), { timeout: left, interval: 50 }).catch(() => null);
  }

  function wellSince(since: number): number {
    const times = topics.map((topic) => {
      const good = asked.find((it) => it.service === topic && it.at >= since && isCurrent(it));
      if (!good) throw new Error(`${topic ?? "prod"} is not seen as it is now`);
      return good.answeredAt;
    });
    return Math.max(...times);
  }

  /**
   * The cluster's own parts are hit as well. A scheduler that missed how a StatefulSet's pod was replaced by one of the same
   * name ends itself, and controllers that missed what came of their own last step wait 5 minutes for it.
   */
  async function settle(): Promise<void> {
    if (await settledWithin(20_000)) return;
    await act("kill", "kube-controller-manager");
    await act("start", "kube-controller-manager");
    if (!(await settledWithin(90_000))) throw new Error(`${broken.name} itself does not recover`);
  }

  async function settledWithin(ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    while (Date.now() < until) {
      if (isSettled()) return true;
      await act("start", "kube-scheduler");
      await sleep(500);
    }
    return false;
  }

  function isSettled(): boolean {
    const states = Object.values(broken.truth.snapshots.at(-1)?.of ?? {});
    return states.length > 0 && states.every((it) => it.settled !== null);
  }

  function isCurrent({ read }: Asked): boolean {
    const state = read?.sights.get(broken.name)?.state;
    return state === "live" || state === "asked";
  }

  return { suffer, chapters, outages, blindness, sighted };
}
