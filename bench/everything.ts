import { startBot } from "./bot.ts";
import type { BenchCluster } from "./cluster.ts";
import { type Fleet, servicesIn } from "./fleet.ts";
import { startSlack } from "./slack.ts";
import type { Result } from "./table.ts";

/** B1e: the overview of an environment. It judges every workload, and must not keep others from being acknowledged. */

type Options = { readonly cluster: BenchCluster; readonly fleet: Fleet; readonly runs: number };
type Run = { readonly answerMs: number; readonly longestBlockMs: number; readonly cpuMs: number };

export async function everything({ cluster, fleet, runs }: Options): Promise<Result> {
  const slack = await startSlack();
  const bot = await startBot({ kind: "ours", env: { ...slack.env, KUBECONFIG: cluster.kubeconfig } });
  const measured: Run[] = [];
  try {
    await bot.read();
    await bot.quiet();
    await ask(); // warm, as a bot that has been up for a minute
    for (let nth = 0; nth < runs; nth += 1) measured.push(await ask());
  } finally {
    await bot.stop();
    await slack.close();
  }

  async function ask(): Promise<Run> {
    await bot.longestBlockMs();
    const before = await bot.cpuSeconds();
    const { answered } = await slack.ask(bot.port, "prod");
    const { ms, body } = await answered;
    const cpuSeconds = (await bot.cpuSeconds()) - before;
    const wanted = `${servicesIn(fleet)} services in prod: ${servicesIn(fleet)} healthy.`;
    const said = JSON.stringify(body).replaceAll("\u2060", "");
    if (!said.includes(wanted)) throw new Error(`a wrong answer about prod: ${said.slice(0, 600)}`);
    return { answerMs: ms, longestBlockMs: await bot.longestBlockMs(), cpuMs: cpuSeconds * 1_000 };
  }

  return {
    title: "B1e Everything in an environment",
    about: `From the signed question "prod" to its answer, over ${servicesIn(fleet)} services, all of which are judged for it; ${runs} times.`,
    rows: [
      { what: "answer", unit: "ms", ours: measured.map((it) => it.answerMs), peer: null, goal: null },
      { what: "processor time of the bot", unit: "ms", ours: measured.map((it) => it.cpuMs), peer: null, goal: null },
      {
        what: "longest block of the event loop meanwhile",
        unit: "ms",
        ours: measured.map((it) => it.longestBlockMs),
        peer: null,
        goal: { atMost: 150 },
      },
    ],
  };
}
