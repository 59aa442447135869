import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Sight } from "../core/answer.ts";
import type { Meters } from "../ports.ts";

/** In the text format that Prometheus reads. */
export type Exposition = { readonly type: string; readonly body: string };

export type Metrics = Meters & { text(): Promise<Exposition> };

type Options = {
  /** How well each cluster is seen right now. */
  readonly seen: () => readonly Sight[];
  readonly now: () => number;
};

/** Names and units by https://prometheus.io/docs/practices/naming/; no label can grow without bound. */
export function createMetrics({ seen, now }: Options): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "whatsrunning_" }); // memory, CPU and the delay of the event loop
  const watchEnds = new Counter({
    name: "whatsrunning_watch_ends_total",
    help: "Watches that ended, by why; the usual end is a clean close",
    labelNames: ["cluster", "resource", "reason"],
    registers,
  });
  const lists = new Counter({
    name: "whatsrunning_lists_total",
    help: "Whole lists that were read",
    labelNames: ["cluster", "resource"],
    registers,
  });
  const answers = new Histogram({
    name: "whatsrunning_answer_seconds",
    help: "From a question's arrival to its answer, before it is sent to Slack",
    labelNames: ["question"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const age = new Gauge({
    name: "whatsrunning_view_age_seconds",
    help: "Since the quietest watch of the cluster last spoke; absent until the cluster was read once",
    labelNames: ["cluster"],
    registers,
  });
  const current = new Gauge({
    name: "whatsrunning_view_current",
    help: "1 while the watches are open of all that we may read in the cluster, 0 while what we know of it grows old",
    labelNames: ["cluster"],
    registers,
  });

  async function text(): Promise<Exposition> {
    for (const { cluster, freshness } of seen()) {
      current.set({ cluster }, ["live", "partial"].includes(freshness.state) ? 1 : 0);
      if (freshness.state !== "unread") age.set({ cluster }, (now() - freshness.at) / 1000);
    }
    return { type: registry.contentType, body: await registry.metrics() };
  }

  return {
    watchEnded: (of) => watchEnds.inc(of),
    listed: (of) => lists.inc(of),
    answered: ({ question, seconds }) => answers.observe({ question }, seconds),
    text,
  };
}
