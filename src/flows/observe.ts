import type { Aliases } from "../core/image/identity.ts";
import type { Origins } from "../core/provenance/origin.ts";
import { observationOf } from "../core/ledger/observation.ts";
import type { Restored } from "../core/ledger/kind.ts";
import type { Release, Subject } from "../core/ledger/release.ts";
import { goneStep, type Looking, type Step, stepOf } from "../core/ledger/step.ts";
import { fenceKey, restoredBy } from "../core/operation/trace.ts";
import type { Place, View } from "../core/view.ts";
import type { EpochMs, Workload } from "../core/workload.ts";
import type { Clock, Store, Versioned } from "../ports.ts";
import { records, stepped } from "../records.ts";
import { operating } from "../records/operating.ts";
import type { Announcing } from "./announce/note.ts";
import { createAttention } from "./observe/attention.ts";
import type { Identities } from "./learn/identify.ts";
import { fallBehind, isPartOf, nameOfPart, opennessOf, type Part, partsOf, wasLookedAt } from "./observe/parts.ts";

type Deps = {
  /** What is followed of one cluster. */
  readonly place: Place;
  readonly view: View;
  readonly identities: Identities;
  readonly store: Store;
  readonly aliases: Aliases;
  readonly origins?: Origins;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Left out: nothing is announced. */
  readonly announcing?: Announcing;
};

type Awake = { readonly at: EpochMs; readonly kept: EpochMs; readonly parts: readonly string[] | undefined };

const atATime = 8;
const mostInATurn = 256;
const pageSize = 500;
const mostConflicts = 40; // as many workloads of one service may be at it at once as are looked at, for each replica

/** Writes down what changes in one cluster: the watch touches workloads, and a turn holds them against the ledger. */
export function createObserving({ place, view, identities, store, aliases, origins, clock, newId, announcing }: Deps) {
  const attention = createAttention();
  const parts = partsOf(place);
  /** Until when nothing was missed, so far as we know; kept in the store for who comes after us. */
  let awake: Awake | null = null;
  let writtenUpTo: EpochMs | null = null;
  const first = clock.now();

  async function turn(stop: AbortSignal): Promise<"worked" | "idle"> {
    const identity = identities.of(place.cluster);
    const { open, at } = opennessOf(parts, place, view);
    // what a list tells comes in no order that means anything: it is looked at once it is whole
    const now = clock.now();
    for (const it of parts) if (identity === null || !open.includes(it)) fallBehind(it, now);
    if (identity === null || open.length === 0) return "idle";
    awake ??= await lastAwake(identity);
    await beginWith(
      open.filter((it) => it.behind === "all"),
      identity,
      now,
    );
    const some = attention.next(mostInATurn, now);
    await inTurn(some, stop, async (it) => {
      const part = open.find((each) => isPartOf(each, it));
      if (part) await settle(it, identity, lookingAt(part, now)); // else it waits for the list
    });
    if (stop.aborted || some.length === mostInATurn) return "worked";
    for (const it of open) it.behind = null;
    writtenUpTo = now;
    if (at !== null) awake = await stayAwake(identity, { at, kept: awake.kept, parts: open.map(nameOfPart) });
    return "idle";
  }

  async function lastAwake(identity: string): Promise<Awake> {
    const { at = 0, parts: looked } = (await store.read(records.awake(identity)))?.value ?? {};
    return { at, kept: at, parts: looked };
  }

  function lookingAt(part: Part, now: EpochMs): Looking {
    if (part.behind === null) return { missedSince: null, writtenUpTo: writtenUpTo ?? now, now };
    return { missedSince: awake !== null && wasLookedAt(part, awake.parts) ? awake.at : 0, first, now };
  }

  /** What can be seen from now on is held against the ledger as a whole, and what the ledger has in force against it. */
  async function beginWith(these: readonly Part[], identity: string, now: EpochMs): Promise<void> {
    if (these.length === 0) return;
    const there = view.all([place]).filter((it) => these.some((part) => isPartOf(part, it)));
    for (const it of there) attention.touch(it);
    await noteMissing(these, new Set(there.map((it) => it.uid)), identity, now);
    for (const it of these) [it.behind, it.wholeAt] = ["touched", now];
  }

  async function noteMissing(these: readonly Part[], there: ReadonlySet<string>, identity: string, now: EpochMs) {
    for (let after: string | null = null; ;) {
      const page: readonly Versioned<Release>[] = await store.list(records.currentIn(identity), {
        after,
        limit: pageSize,
      });
      for (const it of page) {
        const part = these.find((one) => isPartOf(one, it.value.of));
        if (!part || it.value.end !== null || there.has(it.value.uid)) continue;
        const looking = lookingAt(part, now);
        await commit(goneStep(it.value, looking), it, looking);
      }
      after = page.at(-1)?.key.name ?? null;
      if (page.length < pageSize) return;
    }
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
      const restored = await restoredIn(touched);
      const whole = restored === null ? looking : { ...looking, restored };
      const step = stepFor(touched, of, known?.value ?? null, whole);
      if ((await commit(step, known, whole)) === "conflict") continue;
      return comeBack(touched, step?.current ?? known?.value ?? null, looking.now);
    }
    throw new Error(`the history of ${touched.namespace}/${touched.name} is written by too many at once`);
  }

  /** The last operation that touched it, by the mark that it left. */
  async function restoredIn({ notes }: Workload): Promise<Restored | null> {
    const operation = notes[fenceKey];
    if (operation === undefined || operation.startsWith("void:")) return null;
    const read = await store.read(operating.operation(operation));
    return read && restoredBy(read.value);
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
      origins,
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

  async function stayAwake(identity: string, { at, kept, parts: looked }: Awake): Promise<Awake> {
    if (at - kept < awakeEveryMs) return { at, kept, parts: looked };
    const value = { at, ...(looked && { parts: [...looked] }) };
    await store.commit({ id: newId(), put: [{ key: records.awake(identity), value }] });
    return { at, kept: at, parts: looked };
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
