import { type Kind, startBot } from "./bot.ts";
import type { BenchCluster } from "./cluster.ts";
import { faultOf, type Fleet, serviceAt, servicesIn } from "./fleet.ts";
import { startSlack } from "./slack.ts";
import type { Result, Row } from "./table.ts";

/** B3: a process that knows nothing, until the first right answer. */

type Options = { readonly cluster: BenchCluster; readonly fleet: Fleet; readonly runs: number };
type Start = {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly longestBlockMs: number;
};

export async function coldStart({ cluster, fleet, runs }: Options): Promise<Result> {
  const slack = await startSlack();
  const starts = { ours: [] as Start[], informer: [] as Start[] };
  try {
    for (let nth = 0; nth < runs; nth += 1) {
      for (const kind of ["ours", "informer"] as const) starts[kind].push(await start(kind));
    }
  } finally {
    await slack.close();
  }

  async function start(kind: Kind): Promise<Start> {
    const bot = await startBot({ kind, env: { ...slack.env, KUBECONFIG: cluster.kubeconfig } });
    try {
      await bot.read();
      const service = serviceAt(fleet, servicesIn(fleet) - 1); // of the last page
      const { answered } = await slack.ask(bot.port, `${service.name} prod`);
      const { body } = await answered;
      const wallSeconds = (performance.now() - bot.startedAt) / 1_000;
      const fault = faultOf(body, service);
      if (fault !== null) throw new Error(`${kind} gave a wrong first answer: ${fault}`);
      const longestBlockMs = await bot.longestBlockMs();
      return { wallSeconds, cpuSeconds: await bot.cpuSeconds(), peakMb: await bot.peakMb(), longestBlockMs };
    } finally {
      await bot.stop();
    }
  }

  const row = (what: string, unit: Row["unit"], of: (it: Start) => number, atMost?: number): Row => ({
    what,
    unit,
    ours: starts.ours.map(of),
    peer: { name: "makeInformer", values: starts.informer.map(of) },
    goal: atMost === undefined ? null : { atMost },
  });
  const services = servicesIn(fleet);
  return {
    title: "B3 Cold start to truth",
    about: `The whole bot as a process of its own, until its first right answer, over ${services} Deployments, ${2 * services} ReplicaSets and ${5 * services} Pods; ${runs} starts each, in turn. Peer: the same bot with client-node's \`makeInformer\` for each of the three kinds.`,
    rows: [
      row("process start to first right answer", "s", (it) => it.wallSeconds, 6),
      row("processor time", "s", (it) => it.cpuSeconds),
      row("peak memory (VmHWM)", "MB", (it) => it.peakMb, 256),
      row("longest block of the event loop once it can be asked", "ms", (it) => it.longestBlockMs, 150),
    ],
  };
}
