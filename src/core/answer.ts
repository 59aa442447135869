import type { Ways } from "./claims/way.ts";
import type { Aliases } from "./image/identity.ts";
import type { Origins } from "./provenance/origin.ts";
import { type Running, runningOf } from "./running.ts";
import type { Freshness, Place, View } from "./view.ts";
import type { EpochMs, Workload } from "./workload.ts";

export type Environment = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly places: readonly Place[];
};

/** How well one cluster could be seen for this answer. */
export type Sight = { readonly cluster: string; readonly freshness: Freshness };

export type ServiceAnswer = {
  readonly kind: "service";
  readonly service: string;
  readonly environment: string;
  /** The workloads of that name. Empty only when the last one went away between question and answer. */
  readonly running: readonly Running[];
  readonly sight: readonly Sight[];
  /** What pipelines claim about what runs. Left out where nobody keeps it. */
  readonly ways?: Ways;
};

/** Several workloads under one name are one row: the worst of them speaks. */
export type Row = { readonly service: string; readonly worst: Running; readonly workloads: number };

export type EnvironmentAnswer = {
  readonly kind: "environment";
  readonly environment: string;
  /** The worst first, then by name. */
  readonly rows: readonly Row[];
  readonly page: number;
  readonly sight: readonly Sight[];
};

type Facts = {
  readonly view: View;
  readonly environment: Environment;
  readonly aliases: Aliases;
  readonly origins?: Origins | undefined;
  readonly now: EpochMs;
};

export function serviceAnswer(service: string, facts: Facts): ServiceAnswer {
  const { view, environment } = facts;
  const found = view.find(service, environment.places);
  return {
    kind: "service",
    service,
    environment: environment.name,
    running: found.map((it) => look(it, facts)),
    sight: sightOf(view, environment, found),
  };
}

/** So many are judged before others get a turn: some milliseconds. */
const atOnce = 50;

/**
 * Judges a whole environment, a slice at a time. The view may change between two of them: each workload is told as it is when
 * its turn comes, and the sight is that of the beginning, so that nothing is told that is older than it says.
 */
export function* everythingIn(facts: Facts): Generator<void, Omit<EnvironmentAnswer, "page">> {
  const { view, environment } = facts;
  const sight = sightOf(view, environment);
  const running: Running[] = [];
  for (const [index, workload] of view.all(environment.places).entries()) {
    if (index > 0 && index % atOnce === 0) yield;
    const latest = view.latest(workload);
    if (latest) running.push(look(latest, facts));
  }
  yield;
  return { kind: "environment", environment: environment.name, rows: rowsOf(running), sight };
}

function look(workload: Workload, { view, aliases, origins, now }: Facts): Running {
  const podsUnread = view.freshness(workload.cluster, workload.namespace, workload.kind).state === "unread";
  return runningOf({ workload, around: view.around(workload), podsUnread, aliases, origins, now });
}

/**
 * One line a cluster: the least we know of any of its places. Where it is about some workloads only, kinds that none of them
 * is of do not count: who may not read DaemonSets still sees Deployments as they are.
 */
export function sightOf(
  view: View,
  { places: all }: Pick<Environment, "places">,
  about: readonly Workload[] = [],
): readonly Sight[] {
  const clusters = new Set(all.map((it) => it.cluster));
  return [...clusters].map((cluster) => {
    const places = all.filter((it) => it.cluster === cluster);
    const kinds = new Set(about.flatMap((it) => (it.cluster === cluster ? it.kind : [])));
    const each = kinds.size === 0 ? [undefined] : [...kinds];
    const namespaces = places.flatMap((it): readonly (string | null)[] => it.namespaces ?? [null]);
    const seen = namespaces.flatMap((namespace) => each.map((kind) => view.freshness(cluster, namespace, kind)));
    return { cluster, freshness: seen.reduce(lesser) };
  });
}

const trust = { live: 4, partial: 3, asked: 2, behind: 1, unread: 0 } satisfies Record<Freshness["state"], number>;

function lesser(a: Freshness, b: Freshness): Freshness {
  if (trust[a.state] !== trust[b.state]) return trust[a.state] < trust[b.state] ? a : b;
  return a.state !== "unread" && b.state !== "unread" && b.at < a.at ? b : a;
}

/** Weighed once each: there may be ten thousand. */
function rowsOf(running: readonly Running[]): readonly Row[] {
  type Weighed = { readonly row: Row; readonly weight: number };
  const rows = new Map<string, Weighed>();
  for (const it of running) {
    const { service } = it.workload;
    const weight = gravity(it);
    const known = rows.get(service);
    const workloads = (known?.row.workloads ?? 0) + 1;
    const isWorse = known === undefined || weight > known.weight;
    rows.set(
      service,
      isWorse ? { row: { service, worst: it, workloads }, weight } : { ...known, row: { ...known.row, workloads } },
    );
  }
  return [...rows.values()]
    .toSorted((a, b) => b.weight - a.weight || (a.row.service < b.row.service ? -1 : 1))
    .map(({ row }) => row);
}

/** How much somebody woken up should look at this one first. */
function gravity({ verdicts: [verdict], pods }: Running): number {
  switch (verdict.kind) {
    case "stuck":
      return 6;
    case "drifted":
      return 5;
    case "mixed":
      return 4;
    case "unknown":
      return 3;
    case "rolling":
      return 2;
    case "uniform":
      return pods.ready < pods.wanted ? 4.5 : 0;
    case "scaled to zero":
      return 0;
  }
}
