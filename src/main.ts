import { randomBytes, randomUUID as newId } from "node:crypto";
import { readFileSync } from "node:fs";
import packageFile from "../package.json" with { type: "json" };
import { systemClock as clock } from "./clock.ts";
import { type Config, describeProblem, readConfig, secretsOf } from "./config.ts";
import { sightOf } from "./core/answer.ts";
import { createView } from "./core/view.ts";
import type { Workload } from "./core/workload.ts";
import { createAsking } from "./flows/ask.ts";
import { createIdentifying } from "./flows/learn/identify.ts";
import { createIncidenting } from "./flows/incident.ts";
import { measured } from "./flows/answer/measure.ts";
import { createNaming } from "./flows/learn/names.ts";
import { createObserving } from "./flows/observe.ts";
import { createOrigins, type Origining } from "./flows/learn/origins.ts";
import { createRetaining } from "./flows/retain.ts";
import { createRecalling } from "./flows/recall.ts";
import { createRecording } from "./flows/record.ts";
import { createResolving } from "./flows/resolve.ts";
import { createSyncs } from "./flows/learn/syncs.ts";
import { createTroubles } from "./flows/deliver/troubles.ts";
import { createWays } from "./flows/answer/ways.ts";
import { createClaimsDoor } from "./http/claims.ts";
import { createMetrics } from "./http/metrics.ts";
import { openServer } from "./http/server.ts";
import { createCluster } from "./kubernetes/cluster.ts";
import { createLog, type Log } from "./log.ts";
import { keepTurning } from "./loop.ts";
import { createAnnouncements, createTelling } from "./main/announce.ts";
import { createCarryingOut } from "./main/operating.ts";
import { reach } from "./main/reach.ts";
import { createRollback } from "./main/rollback.ts";
import type { Store } from "./ports.ts";
import { createRegistry } from "./registry/registry.ts";
import { createSlack } from "./slack/app.ts";
import { createNames } from "./slack/people/names.ts";
import { createPeople } from "./slack/people.ts";
import { createRedisStore } from "./store/redis.ts";
import { createSqliteStore } from "./store/sqlite.ts";

/** Two years of releases: who looks further back than that asks an auditor. */
const keepMs = 730 * 86_400_000;

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
  const { environments, connections } = await reach(config, inPod(process.env));
  const store = closing.use(openStore(config.store));
  await sayHowDurable(store, log);
  const places = connections.map(({ name, namespaces }) => ({ cluster: name, namespaces }));
  const view = createView({
    touched: (workload) => {
      observers.get(workload.cluster)?.touched(workload);
      resolving.touched(workload);
    },
  });
  const seen = () => sightOf(view, { places });
  const metrics = createMetrics({ seen, now: clock.now });

  const clusters = connections.map(({ name, namespaces, connection }) => {
    const { version } = packageFile;
    const options = { name, connection, namespaces, version, clock, random: Math.random, log, meters: metrics };
    return closing.adopt(createCluster(options), (it) => it.close());
  });
  const { identities, identify } = createIdentifying({ clusters, clock });
  const registry = closing.adopt(openRegistry(config, log), (it) => it.close());
  const told = (workload: Workload) => observers.get(workload.cluster)?.touched(workload);
  const recording = createRecording({ store, clock, newId });
  const seenRunning: Origining["seen"] = (workload, digests) => origins.seen(workload, digests);
  const resolving = createResolving({ view, store, registry, clock, newId, told, seen: seenRunning });
  const { aliases, relatives, platform } = resolving;
  const syncs = createSyncs({ clusters, clock, told });
  const origins = createOrigins({ ...resolving, recording, store, environments, syncs, clock, told });
  const remembering = { view, store, identities, aliases, origins: origins.origins, clock };
  const telling = { ...remembering, environments, recording, links: linksOf(config), people: config.people, newId };
  const { announcing, tellers } = createAnnouncements(telling);
  const observers = new Map(
    places.map((place) => [place.cluster, createObserving({ ...remembering, place, newId, announcing })] as const),
  );
  const retaining = createRetaining({ store, clock, newId, keepMs });
  const claims = createClaimsDoor({ recording, token: config.claimsToken, issuers: config.issuers, clock, log });
  const asking = createAsking({
    view,
    clusters,
    environments,
    default: config.defaultEnvironment,
    links: linksOf(config),
    aliases,
    relatives,
    platform,
    sourceOf: (digest) => resolving.labelled(digest)?.source ?? null,
    origins: origins.origins,
    recall: createRecalling({ ...remembering, environments }).recall,
    clock,
    ...(claims && { waysOf: createWays({ recording }) }),
    people: createPeople({ settings: config.slack, clock, log }),
    namesOf: createNaming({ names: createNames({ settings: config.slack, people: config.people, clock, log }) }),
    restorable: (name) => environments.some((it) => it.name === name && it.rollback !== null),
  });
  const rollback = createRollback({
    ...remembering,
    settings: config.slack,
    environments,
    clusters,
    recording,
    serving: resolving.serving,
    log,
    newId,
  });
  const carryingOut = createCarryingOut({
    store,
    clusters,
    identities,
    environments,
    aliases,
    clock,
    newId,
    log,
    authorize: rollback.authorize,
    stillMay: rollback.stillMay,
    isClosed: (channel) => troubles.all().some((it) => it.channel === channel),
  });
  const incidenting = createIncidenting({ ...remembering, environments, newId });
  const timed = measured({ asking, meters: metrics, now: () => performance.now() });
  const slack = createSlack({
    settings: config.slack,
    incidents: config.incidents,
    asking: timed,
    rollback: { ...rollback, confirm: async (it) => rollback.confirm(it).finally(carryingOut.ring) },
    wishing: carryingOut.wishing,
    lookBack: incidenting.open,
    log,
    clock,
    newReference,
  });
  const troubles = createTroubles({
    began: (trouble) => log.warn(trouble, "nothing can be said in a channel"),
    ended: ({ channel }) => log.info({ channel }, "a channel takes messages again"),
  });
  const everyTeller = [...tellers, carryingOut.teller, incidenting.teller];
  const delivering = createTelling({ store, chat: slack.chat, tellers: everyTeller, troubles, clock, newId, log });
  const health = () => ({
    slack: slack.connected(),
    clusters: seen().map(({ cluster, freshness }) => ({
      name: cluster,
      listed: freshness.state !== "unread",
      denied: freshness.state === "partial" ? freshness.denied : [],
    })),
    channels: troubles.all(),
  });
  const server = closing.use(
    await openServer({ ...config.http, receive: slack.receive, claims, health, metrics: metrics.text, log }),
  );

  const loop = { log, clock, stop: stopping.signal };
  const watching = Promise.all([
    ...clusters.map((it) => it.watch(view.apply, stopping.signal)),
    identify(stopping.signal),
    carryingOut.run(stopping.signal),
    ...Array.from(observers, ([cluster, { turn }]) =>
      keepTurning({ ...loop, name: `observe ${cluster}`, turn, idleMs: 250 }),
    ),
    keepTurning({ ...loop, name: "resolve", turn: resolving.turn, idleMs: 250 }),
    keepTurning({ ...loop, name: "origins", turn: origins.turn, idleMs: 250 }),
    keepTurning({ ...loop, name: "syncs", turn: syncs.turn, idleMs: 1_000 }),
    keepTurning({ ...loop, name: "deliver", turn: delivering.turn, idleMs: 100 }).then(delivering.settled),
    keepTurning({ ...loop, name: "retain", turn: retaining.turn, idleMs: 60_000 }),
  ]);
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

/** In one file for one replica, or in a Redis for several. */
function openStore(where: Config["store"]): Store & AsyncDisposable {
  return where.kind === "redis"
    ? createRedisStore({ url: where.url, clock })
    : createSqliteStore({ path: where.path, clock });
}

/** Answers about now need no store; who runs the bot should know what it may forget. */
async function sayHowDurable(store: Store, log: Log): Promise<void> {
  const durability = await store.durability().catch((err: unknown) => {
    log.warn({ err }, "the store cannot be reached");
    return { durable: true } as const;
  });
  if (durability.durable) return;
  for (const because of durability.because) log.warn({ because }, "the store may lose what it was told");
}

function openRegistry({ registries, registryCredentials: credentials }: Config, log: Log) {
  return createRegistry({ registries, credentials, version: packageFile.version, clock, log, remembered: 500 });
}

/** What Kubernetes tells every container. */
function inPod({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port }: typeof process.env) {
  return host && port ? { host, port } : null;
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
