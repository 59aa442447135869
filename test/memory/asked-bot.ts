import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { type Bot, startBot } from "../../demo/bot.ts";
import { startSlack } from "../../sim/slack/server.ts";

type Options = {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Where it keeps what it remembers. */
  readonly store: (folder: string) => Readonly<Record<string, string>>;
};

const alice = "U01ALICE";
const channel = "C0DEPLOYS";

/** A bot with a store of its own, that can be stopped, killed, started again, and asked. */
export async function createAskedBot({ kubeconfig, namespace, store }: Options) {
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-"));
  const manifest: unknown = parse(await readFile("manifest.yml", "utf8"));
  const people = [{ id: alice, name: "alice" }];
  const slack = await startSlack({
    manifest,
    people,
    channels: [{ id: channel, name: "deploys", members: ["U0SIMBOT", alice] }],
  });
  const [file, config] = [join(folder, "kubeconfig"), join(folder, "config.yml")];
  await writeFile(file, kubeconfig);
  const places = [{ cluster: "prod-eu", context: null, namespaces: [namespace] }];
  await writeFile(config, JSON.stringify({ environments: { prod: { places }, staging: { places } } }));
  let bot: Bot | null = null;

  async function start(): Promise<void> {
    const started = await startBot({
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      KUBECONFIG: file,
      WHATSRUNNING_CONFIG: config,
      ...store(folder),
    });
    bot = started;
    await expect.poll(async () => started.ready(), { timeout: 15_000 }).toBe(true);
  }

  /** The last words of the answer that only the asker sees, in its `text` and in everything it shows. */
  async function ask(text: string): Promise<string> {
    const before = slack.ephemerals(alice).length;
    const outcome = await slack.command({ user: alice, channel, text: `/whatsrunning ${text}` });
    expect(outcome).toMatchObject({ acked: true, refused: [] });
    await expect.poll(() => slack.ephemerals(alice).length, { timeout: 5_000 }).toBe(before + 1);
    return JSON.stringify(slack.ephemerals(alice).at(-1)).replaceAll("\u2060", "");
  }

  return {
    start,
    ask,
    async askUntil(text: string, wanted: RegExp): Promise<string> {
      let said = "";
      await expect.poll(async () => (said = await ask(text)), { timeout: 15_000, interval: 300 }).toMatch(wanted);
      return said;
    },
    end: async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
      await bot?.stop(signal);
      bot = null;
    },
    async close(): Promise<void> {
      await bot?.stop();
      await slack.close();
      await rm(folder, { recursive: true });
    },
  };
}
