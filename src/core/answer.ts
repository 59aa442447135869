import type { Ways } from "./claims/way.ts";
import type { Aliases } from "./image/identity.ts";
import type { Question } from "./question/question.ts";
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

export type Answer = ServiceAnswer | EnvironmentAnswer;

type Facts = {
  readonly view: View;
  readonly environment: Environment;
  readonly aliases: Aliases;
  readonly now: EpochMs;
};

export function answerOf(question: Question & { kind: "service" | "environment" }, facts: Facts): Answer {
  const { view, environment } = facts;
  const name = environment.name;
  switch (question.kind) {
    case "service": {
      const found = view.find(question.service, environment.places);
      return {
        kind: "service",
        service: question.service,
        environment: name,
        running: found.map((it) => look(it, facts)),
        sight: sightOf(view, environment, found),
      };
    }
    case "environment": {
      const rows = rowsOf(view.all(environment.places).map((it) => look(it, facts)));
      return { kind: "environment", environment: name, rows, page: question.page, sight: sightOf(view, environment) };
    }
  }
}

function look(workload: Workload, { view, aliases, now }: Facts): Running {
  const podsUnread = view.freshness(workload.cluster, workload.namespace, workload.kind).state === "unread";
  return runningOf({ workload, around: view.around(workload), podsUnread, aliases, now });
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

const trust = { live: 3, asked: 2, behind: 1, unread: 0 } satisfies Record<Freshness["state"], number>;

function lesser(a: Freshness, b: Freshness): Freshness {
  if (trust[a.state] !== trust[b.state]) return trust[a.state] < trust[b.state] ? a : b;
  return a.state !== "unread" && b.state !== "unread" && b.at < a.at ? b : a;
}

function rowsOf(running: readonly Running[]): readonly Row[] {
  const services = Map.groupBy(running, (it) => it.workload.service);
  const rows = [...services].flatMap(([service, all]): readonly Row[] => {
    const [worst] = all.toSorted((a, b) => gravity(b) - gravity(a));
    return worst ? [{ service, worst, workloads: all.length }] : [];
  });
  return rows.toSorted((a, b) => gravity(b.worst) - gravity(a.worst) || (a.service < b.service ? -1 : 1));
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
