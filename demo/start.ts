import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { SimKubernetes } from "../sim/kubernetes/server.ts";
import { startSlack } from "../sim/slack/server.ts";
import { type Bot, startBot } from "./bot.ts";
import { startCluster } from "./cluster.ts";
import { channels, createDesk, type Desk, people } from "./desk.ts";
import { places } from "./scenario.ts";
import { openPage } from "./server.ts";

export type Demo = AsyncDisposable & {
  readonly url: string;
  /** The same as the page does, without the page. */
  readonly desk: Desk;
  /** The port that was wanted and is somebody else's; null: we have it. */
  readonly portTaken: number | null;
  /** Resolves when the bot ends, which it should not by itself. */
  readonly botEnded: Promise<string>;
};

type Wanted = {
  /** A real cluster to ask about, as kubectl finds it; null: two of our own. */
  readonly kubeconfig: string | null;
  readonly port: number;
  /** What the bot may need to log in to a real cluster. */
  readonly environment?: Readonly<Record<string, string>>;
};

/** The real bot between a Slack and two clusters of our own, and a page to talk to it. */
export async function startDemo({ kubeconfig, port, environment = {} }: Wanted): Promise<Demo> {
  await using opened = new AsyncDisposableStack(); // closes in reverse order, also when a start fails half-way
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-demo-"));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const manifest: unknown = parse(await readFile(new URL("../manifest.yml", import.meta.url), "utf8"));
  const slack = opened.adopt(await startSlack({ manifest, people, channels }), (it) => it.close());

  const clusters = kubeconfig === null ? await ownClusters(opened) : [];
  const settings = kubeconfig === null ? await writeSettings(folder, clusters) : { KUBECONFIG: kubeconfig };
  const bot = await startBot({
    ...environment,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    ...settings,
  });
  opened.defer(async () => void (await bot.stop()));
  if (kubeconfig === null) await readyToAnswer(bot);

  const desk = createDesk(slack, Date.now);
  const page = opened.use(await openPage({ desk, port }));
  const all = opened.move();
  return {
    url: page.url,
    desk,
    portTaken: page.portTaken,
    botEnded: bot.ended.then((code) => `the bot ended with ${code}:\n${bot.output.slice(-5).join("\n")}`),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** All at once; when one of them cannot start, the others are closed with everything else. */
async function ownClusters(opened: AsyncDisposableStack): Promise<readonly SimKubernetes[]> {
  const starting = places.map(async (place) => opened.adopt(await startCluster(place), (it) => it.close()));
  const started = await Promise.allSettled(starting);
  return started.map((it) => {
    if (it.status === "rejected") throw it.reason;
    return it.value;
  });
}

/** One kubeconfig per cluster, named together as in PATH, and a config file for the environments. */
async function writeSettings(folder: string, clusters: readonly SimKubernetes[]) {
  const files = clusters.map((it, index) => ({ path: join(folder, `kubeconfig-${index}`), text: it.kubeconfig }));
  const config = { path: join(folder, "config.yml"), text: JSON.stringify(configuration()) };
  await Promise.all([...files, config].map((it) => writeFile(it.path, it.text, { mode: 0o600 })));
  return { KUBECONFIG: files.map((it) => it.path).join(delimiter), WHATSRUNNING_CONFIG: config.path };
}

function configuration(): object {
  const environments = places.map(({ environment, aliases, cluster, namespaces }) => [
    environment,
    { aliases, places: [{ cluster, namespaces }] },
  ]);
  const registries = { "ghcr.io": { ask: false } }; // its images are made up
  return { default: places[0]?.environment, environments: Object.fromEntries(environments), registries };
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
