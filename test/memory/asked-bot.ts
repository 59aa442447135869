import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
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

const placesIn = (name: string) => [{ cluster: "prod-eu", context: null, namespaces: [name] }];

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
  const environments = { prod: { places: placesIn(namespace) }, staging: { places: placesIn(`${namespace}-staging`) } };
  await writeFile(config, JSON.stringify({ default: "prod", environments, registries: { "ghcr.io": { ask: false } } }));
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
    await vi.waitFor(async () => expect(await started.ready()).toBe(true), { timeout: 30_000 });
  }

  /** The answer that only the asker sees: its sentence, and everything it shows, as JSON. */
  async function ask(text: string): Promise<string> {
    const before = slack.ephemerals(alice).length;
    const outcome = await slack.command({ user: alice, channel, text: `/whatsrunning ${text}` });
    expect(outcome).toMatchObject({ acked: true, refused: [] });
    await vi.waitFor(() => expect(slack.ephemerals(alice)).toHaveLength(before + 1), { timeout: 5_000 });
    return JSON.stringify(slack.ephemerals(alice).at(-1)).replaceAll("\u2060", "");
  }

  return {
    start,
    ask,
    async askUntil(text: string, wanted: RegExp): Promise<string> {
      return vi.waitFor(
        async () => {
          const said = await ask(text);
          expect(said).toMatch(wanted);
          return said;
        },
        { timeout: 30_000, interval: 300 },
      );
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
