import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { SimKubernetes } from "../sim/kubernetes/server.ts";
import { startRegistry } from "../sim/registry/server.ts";
import { startSlack } from "../sim/slack/server.ts";
import type { Bot } from "./bot.ts";
import { completions, shortcutsOf } from "./desk/completion.ts";
import { createDesk, type Desk } from "./desk/desk.ts";
import { createInspector } from "./desk/inspect.ts";
import { channels, people } from "./desk/workspace.ts";
import { createGuide } from "./guide.ts";
import { createLevers, type World } from "./levers.ts";
import { openPage } from "./server/server.ts";
import { emptyStage, type Stage } from "./stage.ts";
import { type Catalog, createCatalog } from "./world/catalog.ts";
import { startCluster } from "./world/cluster.ts";
import { configuration } from "./world/configuration.ts";
import { keepBot } from "./world/keeper.ts";
import { places } from "./world/scenario.ts";
import { createShipping } from "./world/shipping.ts";
import { openDemoStore } from "./world/store.ts";

export type Demo = AsyncDisposable & {
  readonly url: string;
  /** The same as the page does, without the page. */
  readonly desk: Desk;
  readonly stage: Stage;
  /** What there is to act on; null: a real cluster, which is left alone. */
  readonly world: World | null;
  /** The port that was wanted and is somebody else's; null: we have it. */
  readonly portTaken: number | null;
  /** Resolves when the bot ends, which it should not by itself. */
  readonly botEnded: Promise<string>;
};

type Wanted = {
  /** A real cluster to ask about, as kubectl finds it; null: two of our own. */
  readonly kubeconfig: string | null;
  /** Null: the bot keeps what it must not forget in a file of its own. */
  readonly redisUrl?: string | null;
  readonly port: number;
  /** What the bot may need to log in to a real cluster. */
  readonly environment?: Readonly<Record<string, string>>;
};

/** The real bot between a Slack, a registry and two clusters of our own, and a page to talk to it. */
export async function startDemo({ kubeconfig, redisUrl = null, port, environment = {} }: Wanted): Promise<Demo> {
  await using opened = new AsyncDisposableStack(); // closes in reverse order, also when a start fails half-way
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-demo-"));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const manifest: unknown = parse(await readFile(new URL("../manifest.yml", import.meta.url), "utf8"));
  const slack = opened.adopt(await startSlack({ manifest, people, channels }), (it) => it.close());
  const store = opened.use(await openDemoStore(folder, redisUrl));

  const own = kubeconfig === null ? await ownClusters(opened) : null;
  const settings = own ? await writeSettings(folder, own) : { KUBECONFIG: kubeconfig ?? "" };
  const keeper = opened.use(
    await keepBot({
      ...environment,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      ...store.settings,
      ...settings,
    }),
  );
  if (own) await readyToAnswer(keeper.bot());

  const inspector = createInspector(slack);
  const shortcuts = shortcutsOf(manifest);
  const desk = createDesk({ slack, inspector, now: Date.now, commands: completions(own !== null), shortcuts });
  const prod = own?.clusters[0];
  const world =
    own && prod
      ? { slack, prod, keeper, store, catalog: own.catalog, shipping: createShipping({ prod, catalog: own.catalog }) }
      : null;
  const stage = world ? createStage(world, desk) : emptyStage;
  const page = opened.use(await openPage({ desk, stage, port }));
  const all = opened.move();
  return {
    url: page.url,
    desk,
    stage,
    world,
    portTaken: page.portTaken,
    botEnded: keeper.ended,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

type Own = { readonly catalog: Catalog; readonly registry: string; readonly clusters: readonly SimKubernetes[] };

/** All at once; when one of them cannot start, the others are closed with everything else. */
async function ownClusters(opened: AsyncDisposableStack): Promise<Own> {
  const registry = opened.adopt(await startRegistry(), (it) => it.close());
  const catalog = createCatalog(registry);
  const starting = places.map(async (place) => opened.adopt(await startCluster(place, catalog), (it) => it.close()));
  const started = await Promise.allSettled(starting);
  const clusters = started.map((it) => {
    if (it.status === "rejected") throw it.reason;
    return it.value;
  });
  return { catalog, registry: registry.host, clusters };
}

/** One kubeconfig per cluster, named together as in PATH, and a config file for the environments. */
async function writeSettings(folder: string, { clusters, registry }: Own) {
  const files = clusters.map((it, index) => ({ path: join(folder, `kubeconfig-${index}`), text: it.kubeconfig }));
  const config = { path: join(folder, "config.yml"), text: JSON.stringify(configuration({ registry })) };
  await Promise.all([...files, config].map((it) => writeFile(it.path, it.text, { mode: 0o600 })));
  return { KUBECONFIG: files.map((it) => it.path).join(delimiter), WHATSRUNNING_CONFIG: config.path };
}

function createStage(world: World, desk: Desk): Stage {
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const it of watchers) it();
  };
  const levers = createLevers(world, changed);
  const guide = createGuide({ desk, shipping: world.shipping, changed });
  return {
    see: () => ({ guide: guide.see(), levers: levers.see() }),
    watch: (told) => {
      watchers.add(told);
      return () => watchers.delete(told);
    },
    pull: levers.pull,
    take: guide.take,
  };
}

const readyWithinMs = 15_000;

/** A first answer that says "still reading" would be true, and no good welcome. */
async function readyToAnswer(bot: Bot): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (!(await bot.ready())) {
    if (Date.now() > until) throw new Error(`the bot is not ready:\n${bot.output.slice(-5).join("\n")}`);
    await sleep(20);
  }
}
