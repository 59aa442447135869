import { startBot } from "./bot.ts";
import { type BenchCluster } from "./cluster.ts";
import { faultOf, type Fleet, type Service, serviceAt, servicesIn } from "./fleet.ts";
import { kubectlAndJq, lacking } from "./kubectl.ts";
import { startSlack } from "./slack.ts";
import { percentile, type Result, type Row } from "./table.ts";

/** B1: from the signed question to the answer posted to its response_url, one at a time, each time another service. */

type Options = {
  readonly cluster: BenchCluster;
  readonly fleet: Fleet;
  readonly runs: number;
  readonly asks: number;
  readonly lookUps: number;
};

export async function answer({ cluster, fleet, runs, asks, lookUps }: Options): Promise<Result> {
  const slack = await startSlack();
  const bot = await startBot({ kind: "ours", env: { ...slack.env, KUBECONFIG: cluster.kubeconfig } });
  const times: (readonly number[])[] = [];
  const narrow: (readonly number[])[] = [];
  const wide: (readonly number[])[] = [];
  const cpu: number[] = [];
  const missing = lacking();
  try {
    await bot.read();
    await bot.quiet();
    await askAll(-1, Math.min(asks, 200)); // warm, as a bot that has been up for a minute
    for (let nth = 0; nth < runs; nth += 1) {
      const before = await bot.cpuSeconds();
      times.push(await askAll(nth, asks));
      cpu.push((((await bot.cpuSeconds()) - before) * 1_000) / asks);
      if (missing !== null) continue;
      narrow.push(await lookUpAll(nth, (it) => ["-l", `app.kubernetes.io/name=${it.name}`]));
      wide.push(await lookUpAll(nth, () => []));
    }
  } finally {
    await bot.stop();
    await slack.close();
  }

  async function askAll(nth: number, count: number): Promise<readonly number[]> {
    const taken: number[] = [];
    for (let at = 0; at < count; at += 1) {
      const service = pick(nth * count + at);
      const { status, answered } = await slack.ask(bot.port, `${service.name} prod`);
      const { ms, body } = await answered;
      const fault = status === 200 ? faultOf(body, service) : `HTTP ${status}`;
      if (fault !== null) throw new Error(`a wrong answer about ${service.name}: ${fault}`);
      taken.push(ms);
    }
    return taken;
  }

  /** What people run today. A shell joins the two, as theirs does. */
  async function lookUpAll(
    nth: number,
    selecting: (service: Service) => readonly string[],
  ): Promise<readonly number[]> {
    const taken: number[] = [];
    for (let at = 0; at < lookUps; at += 1) {
      const service = pick(nth * lookUps + at);
      const start = performance.now();
      const stdout = await lookUp(service, selecting(service));
      taken.push(performance.now() - start);
      const fault = faultOf(stdout, service);
      if (fault !== null) throw new Error(`kubectl and jq say something else of ${service.name}: ${fault}`);
    }
    return taken;
  }

  async function lookUp({ name, namespace }: Service, selecting: readonly string[]): Promise<string> {
    const get = ["deployments,pods", "-n", namespace, ...selecting];
    return kubectlAndJq({ cluster, get, filter: filterFor(name) });
  }

  function pick(nth: number): Service {
    return serviceAt(fleet, (Math.abs(nth) * 7919) % servicesIn(fleet)); // a prime: all over the cluster
  }

  const peerOf = (name: string, all: Runs, percent: number): Row["peer"] =>
    missing === null ? { name, values: inEach(all, percent) } : { missing };
  const ours = { unit: "ms", goal: null } as const;
  return {
    title: "B1 Answer",
    about: `From the signed \`/whatsrunning service-… prod\` to the whole answer at the response_url, with digest, deployer and commit right each time; ${servicesIn(fleet)} services; ${runs} runs of ${asks} questions, one at a time. Peer: \`kubectl get deployments,pods -o json | jq\` against the same API server, ${lookUps} times a run.`,
    rows: [
      {
        ...ours,
        what: "p50, peer reads the service's namespace",
        ours: inEach(times, 50),
        peer: peerOf("kubectl -n", wide, 50),
        goal: { timesBetter: 100 },
      },
      {
        ...ours,
        what: "p50, peer knows the service's labels",
        ours: inEach(times, 50),
        peer: peerOf("kubectl -l", narrow, 50),
        goal: null,
      },
      { ...ours, what: "p99", ours: inEach(times, 99), peer: null, goal: { atMost: 5 } },
      { ...ours, what: "processor time of the bot, a question", ours: cpu, peer: null },
    ],
  };
}

/** The times of each run. */
type Runs = readonly (readonly number[])[];

function inEach(runs: Runs, percent: number): readonly number[] {
  return runs.map((it) => percentile(it, percent));
}

function filterFor(name: string): string {
  return `[.items[] | select(.metadata.labels["app.kubernetes.io/name"] == "${name}")] | {
    digests: [.[].status.containerStatuses // [] | .[].imageID] | unique,
    claims: [.[] | select(.kind == "Deployment") | .metadata.annotations | {
      deployer: .["whatsrunning.dev/deployer"], commit: .["whatsrunning.dev/commit"] }] }`;
}
