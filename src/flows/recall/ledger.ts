import type { Environment } from "../../core/answer.ts";
import { nameOf, type Release, type Subject } from "../../core/ledger/release.ts";
import type { Located, PastRow } from "../../core/past/answer.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { Store } from "../../ports.ts";
import { index, leadOf, records } from "../../records.ts";
import type { Identities } from "../learn/identify.ts";

export type Deps = {
  readonly store: Pick<Store, "read" | "range" | "find">;
  readonly environments: readonly Environment[];
  readonly identities: Identities;
};

/** One name is borne by a handful of workloads; where it is borne by more, these are told. */
const mostWorkloads = 20;
const mostNamed = 200;

/** Reading the ledger: what is found there, and where in our configuration that is. */
export function createLedger({ store, environments, identities }: Deps) {
  function locate(subject: Subject): Located {
    const cluster = identities.named(subject.cluster);
    const names = environments.filter((it) => isIn(it, cluster, subject)).map((it) => it.name);
    return { subject, cluster, environments: names };
  }

  /** The workloads that bear a name in an environment, also those that are gone. */
  async function named(service: string, environment: string): Promise<readonly Located[]> {
    const found = await store.find(index.service(service), { after: null, limit: mostNamed });
    const subjects = new Map(found.flatMap((it) => leadOf(it)?.of ?? []).map((it) => [nameOf(it), it]));
    return Array.from(subjects.values(), locate)
      .filter((it) => it.environments.includes(environment))
      .slice(0, mostWorkloads);
  }

  async function current(of: Subject): Promise<Release | null> {
    return (await store.read(records.current(of)))?.value ?? null;
  }

  /** Those that began before a time (null: all), newest first, the one in force among them. */
  async function before(of: Subject, time: EpochMs | null, limit: number): Promise<readonly Release[]> {
    const [last, entries] = await Promise.all([current(of), store.range(records.ledger(of), { before: time, limit })]);
    const latest = last !== null && (time === null || last.start.at < time) ? [last] : [];
    return [...latest, ...entries.map((it) => it.value)].slice(0, limit);
  }

  /** The release that began at a time, with the one before it. Null: it has been forgotten. */
  async function rowAt(of: Subject, start: EpochMs): Promise<PastRow | null> {
    const [release, previous] = await before(of, start + 1, 2);
    return release?.start.at === start ? { ...locate(of), release, before: previous ?? null } : null;
  }

  return { locate, named, current, before, rowAt };
}

export type Ledger = ReturnType<typeof createLedger>;

function isIn({ places }: Environment, cluster: string | null, { namespace }: Subject): boolean {
  return places.some((it) => it.cluster === cluster && (it.namespaces === null || it.namespaces.includes(namespace)));
}
