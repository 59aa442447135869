import { setTimeout as wait } from "node:timers/promises";
import { startBot } from "./bot.ts";
import type { BenchCluster } from "./cluster.ts";
import { type Fleet, podsEach, type Service, serviceAt, servicesIn } from "./fleet.ts";
import { kubectlAndJq, lacking } from "./kubectl.ts";
import { startSlack } from "./slack.ts";
import { percentile, type Result } from "./table.ts";

/** B2: "where is this digest?", from the signed question to the answer, each time for another digest. */

type Options = {
  readonly cluster: BenchCluster;
  readonly fleet: Fleet;
  readonly runs: number;
  readonly asks: number;
  readonly lookUps: number;
};

const ledgerWithinMs = 120_000;

export async function where({ cluster, fleet, runs, asks, lookUps }: Options): Promise<Result> {
  const slack = await startSlack();
  const bot = await startBot({ kind: "ours", env: { ...slack.env, KUBECONFIG: cluster.kubeconfig } });
  const [ours, theirs, cpu]: [number[][], number[][], number[]] = [[], [], []];
  const missing = lacking();
  try {
    await bot.read();
    await written();
    await askAll(-1, Math.min(asks, 200)); // warm, as a bot that has been up for a minute
    for (let nth = 0; nth < runs; nth += 1) {
      const before = await bot.cpuSeconds();
      ours.push(await askAll(nth, asks));
      cpu.push((((await bot.cpuSeconds()) - before) * 1_000) / asks);
      if (missing === null) theirs.push(await lookUpAll(nth));
    }
  } finally {
    await bot.stop();
    await slack.close();
  }

  /** The ledger is written in its own time after the cluster was read. */
  async function written(): Promise<void> {
    const deadline = performance.now() + ledgerWithinMs;
    for (let nth = 0; nth < servicesIn(fleet); nth += Math.ceil(servicesIn(fleet) / 50)) {
      while ((await ask(serviceAt(fleet, nth))).fault !== null) {
        if (performance.now() > deadline) throw new Error("the ledger was not written in time");
        await wait(200);
      }
    }
  }

  async function ask(service: Service) {
    const { status, answered } = await slack.ask(bot.port, `where ${shortOf(service)}`);
    const { ms, body } = await answered;
    return { ms, fault: status === 200 ? faultOf(body, service) : `HTTP ${status}` };
  }

  async function askAll(nth: number, count: number): Promise<number[]> {
    const taken: number[] = [];
    for (let at = 0; at < count; at += 1) {
      const service = pick(nth * count + at);
      const { ms, fault } = await ask(service);
      if (fault !== null) throw new Error(`a wrong answer about the digest of ${service.name}: ${fault}`);
      taken.push(ms);
    }
    return taken;
  }

  async function lookUpAll(nth: number): Promise<number[]> {
    const taken: number[] = [];
    for (let at = 0; at < lookUps; at += 1) {
      const service = pick(nth * lookUps + at);
      const start = performance.now();
      const found = await kubectlAndJq({ cluster, get: ["pods", "-A"], filter: filterFor(service) });
      taken.push(performance.now() - start);
      const pods = found.match(new RegExp(`"${service.namespace}/${service.name}-`, "g"))?.length ?? 0;
      if (pods !== podsEach) throw new Error(`kubectl and jq find ${pods} pods of ${service.name}: ${found}`);
    }
    return taken;
  }

  function pick(nth: number): Service {
    return serviceAt(fleet, (Math.abs(nth) * 7919) % servicesIn(fleet)); // a prime: all over the cluster
  }

  const peer = missing === null ? { name: "kubectl -A", values: inEach(theirs, 50) } : { missing };
  const pods = podsEach * servicesIn(fleet);
  return {
    title: "B2 Where",
    about: `From the signed \`/whatsrunning where <12 digits of a digest>\` to the whole answer at the response_url, with the service and its environment right each time; ${pods} pods; ${runs} runs of ${asks} questions, one at a time, each for another digest. Peer: \`kubectl get pods -A -o json | jq\` for the pods that run it, ${lookUps} times a run.`,
    rows: [
      { what: "p50", unit: "ms", ours: inEach(ours, 50), peer, goal: { timesBetter: 100 } },
      { what: "p99", unit: "ms", ours: inEach(ours, 99), peer: null, goal: null },
      { what: "processor time of the bot, a question", unit: "ms", ours: cpu, peer: null, goal: null },
    ],
  };
}

function inEach(runs: readonly (readonly number[])[], percent: number): readonly number[] {
  return runs.map((it) => percentile(it, percent));
}

function shortOf({ now }: Service): string {
  return now.digest.slice("sha256:".length, "sha256:".length + 12);
}

/** What an answer lacks; null when it says that this service runs the digest now, and no other does. */
function faultOf(answer: unknown, { name, now }: Service): string | null {
  const said = JSON.stringify(answer).replaceAll("\u2060", "");
  const right = said.includes(now.digest.slice(0, "sha256:".length + 12)) && said.includes("*Runs now*");
  const named = new Set(said.match(/service-\d{5}/g) ?? []);
  return right && named.has(name) && named.size === 1 ? null : said.slice(0, 600);
}

function filterFor({ now }: Service): string {
  return `[.items[] | select([.status.containerStatuses // [] | .[].imageID | endswith("${now.digest}")] | any)
    | .metadata.namespace + "/" + .metadata.name]`;
}
