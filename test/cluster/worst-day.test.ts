import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { env, stdout } from "node:process";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { startBot } from "../../demo/bot.ts";
import { startSlack } from "../../sim/slack/server.ts";
import { createChance } from "../worst-day/chance.ts";
import { type Fault, faultsOf } from "../worst-day/faults.ts";
import { type Asked, wrongIn } from "../worst-day/judge.ts";
import { createLandscape } from "../worst-day/landscape.ts";
import { keepAsking, people } from "../worst-day/questions.ts";
import { createStory } from "../worst-day/story.ts";
import { tableOf } from "../worst-day/table.ts";
import { clusterFault, mend } from "./fault.ts";

/**
 * The real bot and two clusters, of which one goes through all that can befall it while questions go on.
 * LONG=1: with the durations of real life, ROUNDS times; SEED repeats the same day; BOT_LOG: where to keep what the bot logs.
 */
const isLong = env["LONG"] === "1";
const rounds = isLong ? Number(env["ROUNDS"] ?? 2) : 1;
const seed = Number(env["SEED"] ?? Date.now() % 1_000_000);
const channel = "C0DEPLOYS";
const act = clusterFault();
/** A busy machine takes its time. */
const patient = { timeout: 30_000, interval: 50 };

describe.skipIf(act === null)(`the worst day${isLong ? ", in full" : ""}`, () => {
  let day: Awaited<ReturnType<typeof prepare>>;
  beforeAll(async () => {
    day = await prepare();
    return async () => day.closing.disposeAsync();
  });

  test(
    "no answer is wrong or late, and all is well again within a minute of each fault's end",
    async () => {
      const { broken, healthy, slack, bot } = day;
      if (!act) throw new Error("there is nothing to break it with");
      const chance = createChance(seed);
      stdout.write(`\nthe worst day with SEED=${seed}\n`);
      const questions = keepAsking(slack, channel);
      const story = createStory({ broken, healthy, break: act, asked: questions.asked, chance });
      const faults = faultsOf({ cluster: broken, break: act, isLong });
      const days = Array.from({ length: rounds }, () => chance.shuffled(faults));
      const failed = await inTurn(days.flat(), story.suffer).catch((err: unknown) => err);
      await mend(act, broken.answers); // whatever it was that failed
      await questions.stop();
      await vi.waitFor(
        () => expect(broken.truth.snapshots.at(-1)?.from).toBeGreaterThan(lastOf(questions.asked)),
        patient,
      );

      const truth = new Map([broken, healthy].map((it) => [it.name, it.truth.snapshots]));
      const judged = { ...story, truth, healthy: healthy.name };
      const wrong = questions.asked.flatMap((it) => {
        const faulty = wrongIn(it, judged);
        return faulty.length === 0 ? [] : [{ it, faulty }];
      });
      const results = { ...story, asked: questions.asked, cluster: broken.name };
      stdout.write(`${tableOf({ ...results, wrong: new Set(wrong.map(({ it }) => it)) })}\n\n`);
      const told = wrong.map(({ it, faulty }) => ({ faulty, at: new Date(it.at).toISOString(), text: it.read?.text }));
      const few = [...Map.groupBy(told, (it) => it.faulty[0]?.slice(0, 25)).values()].flatMap((it) => it.slice(0, 3));
      expect(few, `${told.length} of ${questions.asked.length} answers were wrong`).toEqual([]);
      expect(story.chapters.filter((it) => it.recoveredAt === null).map((it) => it.fault.name)).toEqual([]);
      expect(failed).toBeUndefined();
      expect(await bot.ready()).toBe(true);
    },
    isLong ? rounds * 30 * 60_000 : 600_000,
  );
});

async function prepare() {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-"));
  opened.defer(() => rm(folder, { recursive: true }));
  const run = Math.random().toString(36).slice(2, 8);
  const [first, second] = await Promise.all([kubeconfigIn("KUBECONFIG"), kubeconfigIn("KUBECONFIG_SECOND")]);
  const broken = await createLandscape({ name: "prod-eu", kubeconfig: first, run, folder });
  opened.defer(() => broken.close());
  const healthy = await createLandscape({ name: "prod-us", kubeconfig: second, run, folder });
  opened.defer(() => healthy.close());

  const manifest: unknown = parse(await readFile("manifest.yml", "utf8"));
  const channels = [{ id: channel, name: "deploys", members: people.map((it) => it.id) }];
  const slack = opened.adopt(await startSlack({ manifest, people, channels }), (it) => it.close());
  const config = join(folder, "config.yml");
  const places = [broken, healthy].map((it) => ({ cluster: it.name, namespaces: [it.namespace] }));
  await writeFile(
    config,
    JSON.stringify({ environments: { prod: { places } }, registries: { "ghcr.io": { ask: false } } }),
  );
  const bot = await startBot({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    KUBECONFIG: [broken.path, healthy.path].join(delimiter),
    WHATSRUNNING_CONFIG: config,
    LOG_LEVEL: "debug",
  });
  opened.defer(async () => {
    const code = await bot.stop();
    if (env["BOT_LOG"] !== undefined) await writeFile(env["BOT_LOG"], bot.output.join("\n"));
    expect(code, bot.output.slice(-5).join("\n")).toBe(0);
  });
  await vi.waitFor(async () => expect(await bot.ready()).toBe(true), patient);
  const settled = () => {
    const states = [broken, healthy].map((it) => Object.values(it.truth.snapshots.at(-1)?.of ?? {}));
    for (const all of states) expect(all.filter((it) => it.settled !== null)).toHaveLength(3);
  };
  await vi.waitFor(settled, patient);
  return { broken, healthy, slack, bot, closing: opened.move() };
}

async function inTurn(faults: readonly Fault[], suffer: (fault: Fault) => Promise<void>): Promise<void> {
  for (const it of faults) await suffer(it);
}

async function kubeconfigIn(name: "KUBECONFIG" | "KUBECONFIG_SECOND"): Promise<string> {
  const path = env[name];
  if (path === undefined) throw new Error(`Set ${name} to the kubeconfig of a cluster that may be written to.`);
  return readFile(path, "utf8");
}

function lastOf(asked: readonly Asked[]): number {
  return Math.max(0, ...asked.map((it) => it.answeredAt));
}
