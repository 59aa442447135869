import { setTimeout as wait } from "node:timers/promises";
import { type Kind, startBot } from "./bot.ts";
import type { BenchCluster } from "./cluster.ts";
import { faultOf, type Fleet, serviceAt, servicesIn } from "./fleet.ts";
import { type Asked, startSlack } from "./slack.ts";
import { percentile, type Result, type Row } from "./table.ts";

/** B4: questions at a steady rate while everything is listed again. What Slack waits for is the acknowledgement. */

type Options = {
  readonly cluster: BenchCluster;
  readonly fleet: Fleet;
  readonly runs: number;
  readonly relists: number;
};
/** One question: how long its acknowledgement took, and what was wrong with its answer. */
type Outcome = { readonly ackMs: number; readonly fault: string | null };
type Run = { readonly acks: readonly number[]; readonly late: number; readonly failed: number };

const everyMs = 10;
const slackWaitsMs = 3_000;

export async function relist({ cluster, fleet, runs, relists }: Options): Promise<Result> {
  const slack = await startSlack();
  const measured = { ours: [] as Run[], informer: [] as Run[] };
  try {
    for (let nth = 0; nth < runs; nth += 1) {
      for (const kind of ["ours", "informer"] as const) measured[kind].push(await run(kind));
    }
  } finally {
    await slack.close();
  }

  async function run(kind: Kind): Promise<Run> {
    const bot = await startBot({ kind, env: { ...slack.env, KUBECONFIG: cluster.kubeconfig } });
    try {
      await bot.read();
      await wait(1_000); // its watches are open by now
      const asked: Promise<Outcome>[] = [];
      for (let nth = 0; nth < relists; nth += 1) {
        const over = new AbortController();
        const relisted = cluster.relist().finally(() => over.abort());
        while (!over.signal.aborted) {
          const one = ask(bot.port, asked.length);
          one.catch(() => over.abort()); // it is thrown below
          asked.push(one);
          await wait(everyMs);
        }
        await Promise.all(asked);
        await relisted;
      }
      const outcomes = await Promise.all(asked);
      const faults = outcomes.flatMap(({ fault }) => fault ?? []);
      // A stall of its own makes the peer's answers fail: that is a result. Ours may not fail.
      if (kind === "ours" && faults[0] !== undefined) {
        const log = bot.output.filter((it) => /"level":"(?:error|fatal)"/.test(it));
        throw new Error(
          `${faults.length} wrong answers while listing: ${[faults[0], ...bot.output.slice(-30), ...log.slice(0, 3)].join("\n")}`,
        );
      }
      const acks = outcomes.map((it) => it.ackMs);
      return { acks, late: acks.filter((it) => it > slackWaitsMs).length, failed: faults.length };
    } finally {
      await bot.stop();
    }
  }

  /** Every one should be answered, and rightly: what is listed again was known before. */
  async function ask(port: number, nth: number): Promise<Outcome> {
    const service = serviceAt(fleet, (nth * 7919) % servicesIn(fleet));
    const asked: Asked = await slack.ask(port, `${service.name} prod`);
    const answer = await asked.answered.catch((err: unknown) => ({ body: String(err) }));
    return { ackMs: asked.ackMs, fault: asked.status === 200 ? faultOf(answer.body, service) : `HTTP ${asked.status}` };
  }

  const row = (what: string, percent: number, atMost?: number): Row => ({
    what,
    unit: "ms",
    ours: measured.ours.map((it) => percentile(it.acks, percent)),
    peer: { name: "makeInformer", values: measured.informer.map((it) => percentile(it.acks, percent)) },
    goal: atMost === undefined ? null : { atMost },
  });
  return {
    title: "B4 Acknowledging while relisting",
    about: `A signed question every ${everyMs} ms while all ${8 * servicesIn(fleet)} objects are listed again after 410 on every watch, ${relists} times in each of ${runs} runs; each answer is checked. Ours was asked ${count(measured.ours)} times, the peer ${count(measured.informer)} times. Peer: the same bot with \`makeInformer\`.`,
    rows: [
      row("acknowledgement, p50", 50),
      row("p99", 99),
      row("p99.9", 99.9, 100),
      {
        what: `later than the ${slackWaitsMs / 1_000} s that Slack waits, in a run`,
        unit: "",
        ours: measured.ours.map((it) => it.late),
        peer: { name: "makeInformer", values: measured.informer.map((it) => it.late) },
        goal: { atMost: 0 },
      },
      {
        what: "answers that failed, in a run",
        unit: "",
        ours: measured.ours.map((it) => it.failed),
        peer: { name: "makeInformer", values: measured.informer.map((it) => it.failed) },
        goal: { atMost: 0 },
      },
    ],
  };
}

function count(runs: readonly Run[]): number {
  return runs.reduce((sum, it) => sum + it.acks.length, 0);
}
