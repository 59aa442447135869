import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { answer } from "./answer.ts";
import { startCluster } from "./cluster.ts";
import { coldStart } from "./cold-start.ts";
import { everything } from "./everything.ts";
import { fullFleet, servicesIn, smallFleet } from "./fleet.ts";
import { heard } from "./heard.ts";
import { remembering } from "./memory.ts";
import { relist } from "./relist.ts";
import { fullLedger, smallLedger } from "./remembered.ts";
import { tableOf } from "./table.ts";
import { where } from "./where.ts";
import { wayBack } from "./way-back.ts";

/** `npm run bench -- [B1 B1e B2 B3 B4 B5 B6 B7] [--runs=5] [--small]`: all of them, or those named. A wrong answer ends it; a missed goal does not. */

const words = process.argv.slice(2);
const small = words.includes("--small");
const named = words.filter((it) => !it.startsWith("--"));
const runs = small ? 1 : Number(words.find((it) => it.startsWith("--runs="))?.slice("--runs=".length) ?? 5);
const fleet = small ? smallFleet : fullFleet;

const benchmarks = {
  B1: (cluster) => answer({ cluster, fleet, runs, asks: small ? 5 : 2_000, lookUps: small ? 1 : 10 }),
  B1e: (cluster) => everything({ cluster, fleet, runs }),
  B2: (cluster) => where({ cluster, fleet, runs, asks: small ? 5 : 2_000, lookUps: small ? 1 : 5 }),
  B3: (cluster) => coldStart({ cluster, fleet, runs }),
  B4: (cluster) => relist({ cluster, fleet, runs, relists: small ? 1 : 3 }),
  B5: () => heard({ runs, times: small ? 1 : 10 }),
  B6: () => remembering({ ledger: small ? smallLedger : fullLedger, runs, asks: small ? 20 : 2_000 }),
  B7: () => wayBack({ runs, times: small ? 1 : 5 }),
} as const satisfies Record<
  string,
  (cluster: Awaited<ReturnType<typeof startCluster>>) => Promise<Parameters<typeof tableOf>[0]>
>;

const unknown = named.filter((it) => !Object.hasOwn(benchmarks, it));
if (unknown.length > 0 || !(runs >= 1)) {
  process.stderr.write(`bench: knows ${Object.keys(benchmarks).join(", ")}, --small and --runs=<number>\n`);
  process.exit(2);
}

process.stdout.write(`${machine()}\n\n`);
const cluster = await startCluster({ size: small ? "small" : "full", watchList: words.includes("--watch-list") });
try {
  for (const [name, measure] of Object.entries(benchmarks)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const result = await measure(cluster);
    process.stdout.write(small ? `${result.title}: every answer was right\n` : `${tableOf(result)}\n`);
  }
} finally {
  await cluster.close();
}

function machine(): string {
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const load = `load ${loadavg()[0]?.toFixed(1)} at the start`; // others may be at work here
  const scale = small ? "the small form: nothing is timed" : `${servicesIn(fleet)} services`;
  return `Node ${process.version}, ${availableParallelism()} × ${processor}, ${memory}, ${load}; ${scale}`;
}
