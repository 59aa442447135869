import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import packageFile from "../package.json" with { type: "json" };
import { systemClock as clock } from "./clock.ts";
import { type Config, describeProblem, type Environment, readConfig, secretsOf, wholeCluster } from "./config.ts";
import { sightOf } from "./core/answer.ts";
import { createView } from "./core/view.ts";
import { createAsking } from "./flows/ask.ts";
import { measured } from "./flows/measure.ts";
import { createMetrics } from "./http/metrics.ts";
import { openServer } from "./http/server.ts";
import { createCluster } from "./kubernetes/cluster.ts";
import { connect, type Connection } from "./kubernetes/connection.ts";
import { createLog, type Log } from "./log.ts";
import { createSlack } from "./slack/app.ts";

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

const reading = readConfig(process.env, (path) => readFileSync(path, "utf8"));
if ("problems" in reading) giveUp(reading.problems.map(describeProblem));
else await run(reading.config, reading.unused);

async function run(config: Config, unused: readonly string[]): Promise<void> {
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) });
  // Node would print these by itself, past the log and what it takes out.
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err, event }, "something broke that nobody expected");
      process.exit(1);
    });
  }
  if (unused.length > 0) log.warn({ unused }, "set, and not used by this version");
  try {
    await live(config, log);
  } catch (err) {
    log.debug({ err }, "could not start or go on");
    giveUp([err instanceof Error ? err.message : String(err)]);
  }
}

/** From the first connection to the last: what was opened is closed in reverse order, also when start-up throws. */
async function live(config: Config, log: Log): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const { environments, connections } = await reach(config);
  const view = createView();
  const places = connections.map(({ name, namespaces }) => ({ cluster: name, namespaces }));
  const seen = () => sightOf(view, { places });
  const metrics = createMetrics({ seen, now: clock.now });

  const clusters = connections.map(({ name, namespaces, connection }) => {
    const { version } = packageFile;
    const options = { name, connection, namespaces, version, clock, random: Math.random, log, meters: metrics };
    return closing.adopt(createCluster(options), (it) => it.close());
  });
  const asking = createAsking({
    view,
    clusters,
    environments,
    default: config.defaultEnvironment,
    links: linksOf(config),
    clock,
  });
  const timed = measured({ asking, meters: metrics, now: () => performance.now() });
  const slack = createSlack({
    settings: config.slack,
    incidents: config.incidents,
    asking: timed,
    log,
    clock,
    newReference,
  });
  const health = () => ({
    slack: slack.connected(),
    clusters: seen().map((it) => ({ name: it.cluster, listed: it.freshness.state !== "unread" })),
  });
  const server = closing.use(
    await openServer({ ...config.http, receive: slack.receive, health, metrics: metrics.text, log }),
  );

  const watching = Promise.all(clusters.map((it) => it.watch(view.apply, stopping.signal)));
  closing.defer(async () => {
    stopping.abort();
    await watching;
  });
  closing.defer(() => slack.stop());
  await slack.start();
  log.info(
    { port: server.port, mode: config.slack.receive.mode, environments: environments.map((it) => it.name) },
    "ready to be asked",
  );
  await watching;
  log.info({}, "stopping");
}

type Reached = {
  readonly environments: readonly [Environment, ...Environment[]];
  readonly connections: readonly {
    readonly name: string;
    readonly namespaces: readonly string[] | null;
    readonly connection: Connection;
  }[];
};

/** One connection for each cluster that any environment names, for all the namespaces that any of them wants there. */
async function reach(config: Config): Promise<Reached> {
  const kubeconfig = config.kubeconfig ?? usersKubeconfig();
  const [first, ...more] = config.environments ?? [];
  if (!first) {
    const connection = await connect({ kubeconfig, context: null });
    const name = connection.context;
    return { environments: [wholeCluster(name)], connections: [{ name, namespaces: null, connection }] };
  }
  const places = Map.groupBy(
    [first, ...more].flatMap((it) => it.places),
    (it) => it.cluster,
  );
  const connecting = Array.from(places, async ([name, all]) => ({
    name,
    namespaces: all.some((it) => it.namespaces === null)
      ? null
      : [...new Set(all.flatMap((it) => it.namespaces ?? []))],
    connection: await connect({ kubeconfig, context: all[0]?.context ?? null }),
  }));
  return { environments: [first, ...more], connections: await Promise.all(connecting) };
}

/** As kubectl looks for it. In a pod there is none, and the service account is used. */
function usersKubeconfig(): string | null {
  const path = join(homedir(), ".kube", "config");
  return existsSync(path) ? path : null;
}

function linksOf({ registries }: Config): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(registries, ([host, { link }]) => [host, link ?? ""]).filter(([, link]) => link !== ""),
  );
}

/** What a person can name to whoever reads the log. */
function newReference(): string {
  return randomBytes(4).toString("hex");
}

/** What went wrong, a line each, and no stack trace: whoever reads it has to change a setting. */
function giveUp(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`whatsrunning: ${line}\n`);
  process.exitCode = 1;
}
