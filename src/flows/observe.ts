import { sightOf } from "../core/answer.ts";
import type { Aliases } from "../core/image/identity.ts";
import { observationOf } from "../core/ledger/observation.ts";
import type { Release, Subject } from "../core/ledger/release.ts";
import { goneStep, type Looking, type Step, stepOf } from "../core/ledger/step.ts";
import type { Place, View } from "../core/view.ts";
import type { EpochMs, Workload } from "../core/workload.ts";
import type { Clock, Store, Versioned } from "../ports.ts";
import { records, stepped } from "../records.ts";
import type { Announcing } from "./announce/note.ts";
import { createAttention } from "./attention.ts";
import type { Identities } from "./identify.ts";

type Deps = {
  /** What is followed of one cluster. */
  readonly place: Place;
  readonly view: View;
  readonly identities: Identities;
  readonly store: Store;
  readonly aliases: Aliases;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Left out: nothing is announced. */
  readonly announcing?: Announcing;
};

const atATime = 16;
const mostInATurn = 256;
const pageSize = 500;
const mostConflicts = 40; // as many workloads of one service may be at it at once as are looked at, for each replica

/** Writes down what changes in one cluster: the watch touches workloads, and a turn holds them against the ledger. */
export function createObserving({ place, view, identities, store, aliases, clock, newId, announcing }: Deps) {
  const attention = createAttention();
  /** From the start, and whenever the watch was lost, until everything has been held against the ledger. */
  let behind: "all" | "the rest" | null = "all";
  /** Until when nothing was missed, so far as we know; kept in the store for who comes after us. */
  let awake: { at: EpochMs; kept: EpochMs } | null = null;

  async function turn(stop: AbortSignal): Promise<"worked" | "idle"> {
    const identity = identities.of(place.cluster);
    const [sight] = sightOf(view, { places: [place] });
    if (identity === null || sight?.freshness.state !== "live") {
      behind = "all"; // what a list tells comes in no order that means anything: it is looked at once it is whole
      return "idle";
    }
    const { at } = sight.freshness;
    awake ??= await lastAwake(identity);
    const looking: Looking = { missedSince: behind === null ? null : awake.at, now: clock.now() };
    if (behind === "all") {
      for (const it of view.all([place])) attention.touch(it);
      await noteMissing(identity, looking);
      behind = "the rest";
    }
    const some = attention.next(mostInATurn, looking.now);
    await inTurn(some, stop, async (it) => settle(it, identity, looking));
    if (stop.aborted || some.length === mostInATurn) return "worked";
    behind = null;
    awake = await stayAwake(identity, { at, kept: awake.kept });
    return "idle";
  }

  async function lastAwake(identity: string) {
    const at = (await store.read(records.awake(identity)))?.value.at ?? 0;
    return { at, kept: at };
  }

  /** What the ledger has in force and the cluster has no more. */
  async function noteMissing(identity: string, looking: Looking): Promise<void> {
    const there = new Set(view.all([place]).map((it) => it.uid));
    for (let after: string | null = null; ;) {
      const page: readonly Versioned<Release>[] = await store.list(records.currentIn(identity), {
        after,
        limit: pageSize,
      });
      const gone = page.filter(({ value }) => isOurs(value.of) && value.end === null && !there.has(value.uid));
      for (const it of gone) await commit(goneStep(it.value, looking), it, looking);
      after = page.at(-1)?.key.name ?? null;
      if (page.length < pageSize) return;
    }
  }

  function isOurs({ namespace }: Subject): boolean {
    return place.namespaces === null || place.namespaces.includes(namespace);
  }

  /** What could not be written stays to be looked at, and the turn ends with the fault. */
  async function inTurn(
    some: readonly Workload[],
    stop: AbortSignal,
    each: (it: Workload) => Promise<void>,
  ): Promise<void> {
    const rest = [...some];
    try {
      while (rest.length > 0 && !stop.aborted) {
        await Promise.all(rest.slice(0, atATime).map(each));
        rest.splice(0, atATime);
        await clock.sleep(0, stop); // a store in this process answers at once: others have to get their turn
      }
    } finally {
      for (const it of rest) attention.touch(it);
    }
  }

  /** Another replica may write the same thing first: then it is read anew, and nothing is left to do. */
  async function settle(touched: Workload, identity: string, looking: Looking): Promise<void> {
    const of = subjectOf(touched, identity);
    for (let tries = 0; tries < mostConflicts; tries += 1) {
      const known = await store.read(records.current(of));
      const step = stepFor(touched, of, known?.value ?? null, looking);
      if ((await commit(step, known, looking)) === "conflict") continue;
      return comeBack(touched, step?.current ?? known?.value ?? null, looking.now);
    }
    throw new Error(`the history of ${touched.namespace}/${touched.name} is written by too many at once`);
  }

  function stepFor(touched: Workload, of: Subject, known: Release | null, looking: Looking): Step | null {
    const workload = view.find(touched.name, [{ cluster: touched.cluster, namespaces: [touched.namespace] }]);
    const there = workload.find((it) => it.uid === touched.uid);
    if (!there) return known?.uid === touched.uid ? goneStep(known, looking) : null;
    const seen = observationOf({
      of,
      workload: there,
      around: view.around(there),
      config: (name) => view.config(place.cluster, there.namespace, name),
      configsKnown: view.configsKnown(place.cluster, there.namespace),
      aliases,
      now: looking.now,
    });
    return seen && stepOf(known, seen, looking);
  }

  async function commit(
    step: Step | null,
    known: Versioned<Release> | null,
    looking: Looking,
  ): Promise<"done" | "conflict"> {
    if (step === null) return "done";
    const change = stepped(newId(), step, known?.version ?? null);
    const noting = { step, known: known?.value ?? null, looking, cluster: place.cluster };
    return store.commit(announcing ? await announcing.noted(change, noting) : change);
  }

  /** A pod that cannot be placed, or does not get ready, is a failure only after a time in which nothing may happen. */
  function comeBack(workload: Workload, release: Release | null, now: EpochMs): void {
    if (release === null || release.end !== null || settled.has(release.outcome.state)) return;
    const isYoung = now - release.start.at < youngForMs;
    attention.again(workload, now + (isYoung ? soonMs : laterMs));
  }

  async function stayAwake(identity: string, { at, kept }: { at: EpochMs; kept: EpochMs }) {
    if (at - kept < awakeEveryMs) return { at, kept };
    await store.commit({ id: newId(), put: [{ key: records.awake(identity), value: { at } }] });
    return { at, kept: at };
  }

  return { touched: attention.touch, turn };
}

const settled: ReadonlySet<string> = new Set<Release["outcome"]["state"]>(["healthy", "unseen"]);
const youngForMs = 900_000;
const soonMs = 5_000;
const laterMs = 60_000;
const awakeEveryMs = 10_000;

function subjectOf({ namespace, kind, name }: Workload, cluster: string): Subject {
  return { cluster, namespace, kind, name };
}
