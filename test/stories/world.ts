import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { parse } from "yaml";
import { startBot } from "../../demo/bot.ts";
import { startSlack } from "../../sim/slack/server.ts";
import { createClient } from "../contract/kubernetes/client.ts";

export type Mode = "socket" | "http";

/** A cluster to ask about: the stand-in or a real one. */
export type OpenedCluster = { readonly kubeconfig: string; readonly close: () => Promise<void> };

const people = [
  { id: "U01ALICE", name: "alice" },
  { id: "U02BOB", name: "bob" },
  { id: "U03EVE", name: "eve", team: "T0OTHER" },
];
const deploys = "C0DEPLOYS";
const incident = "C0INC";
/** Made a moment ago, with everybody but the bot in it. */
const fresh = "C0FRESH";
const members = ["U0SIMBOT", ...people.map((it) => it.id)];
const channels = [
  { id: deploys, name: "deploys", members },
  { id: incident, name: "war-room", members },
];

function freshChannel() {
  return { id: fresh, name: "inc-7", members: people.map((it) => it.id), created: Math.floor(Date.now() / 1_000) };
}

type Given = {
  readonly cluster: OpenedCluster;
  readonly mode: Mode;
  /** Whether deploys are announced in #deploys. */
  readonly announce?: boolean;
  /** Variables of the bot besides those that it needs. */
  readonly settings?: Readonly<Record<string, string>>;
  /** As in the configuration file. Left out: it is off. */
  readonly rollback?: object;
  /** By host: how registries are asked, besides those that are not. */
  readonly registries?: object;
  /** Path of a Docker config file. */
  readonly registryCredentials?: string;
  /** The kubeconfig that the bot gets, where it is not that of who tests. */
  readonly account?: string;
};

/** The real bot between a workspace and a cluster, asked about namespaces of its own. */
export async function createWorld(given: Given) {
  const { cluster, mode, announce = false, settings, account } = given;
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-"));
  const client = createClient(cluster.kubeconfig);
  const run = Math.random().toString(36).slice(2, 8);
  const [shop, payments] = [`shop-${run}`, `payments-${run}`];
  for (const name of [shop, payments]) await create("/api/v1/namespaces", { metadata: { name } });

  const manifest: unknown = parse(await readFile(mode === "http" ? "manifest.http.yml" : "manifest.yml", "utf8"));
  const slack = await startSlack({ manifest, people, channels: [...channels, freshChannel()] });
  const [kubeconfig, config] = [join(folder, "kubeconfig"), join(folder, "config.yml")];
  await writeFile(kubeconfig, account ?? cluster.kubeconfig);
  await writeFile(config, configuration([shop, payments], { ...given, announce }));
  const bot = await startBot({
    SLACK_BOT_TOKEN: slack.botToken,
    ...(mode === "http" ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
    SLACK_API_URL: slack.apiUrl,
    KUBECONFIG: kubeconfig,
    WHATSRUNNING_CONFIG: config,
    LOG_LEVEL: "debug",
    STATE_FILE: join(folder, "state.db"),
    ...settings,
  });
  slack.install({ requestUrl: `http://127.0.0.1:${bot.port}/slack/events` });
  await vi.waitFor(async () => expect(await bot.ready()).toBe(true), { timeout: 15_000 });

  async function create(path: string, body: object): Promise<void> {
    const reply = await client.request("POST", path, { body });
    expect(reply.status, reply.text).toBe(201);
  }

  /** Types it, and gives the last message that only this person can read. */
  async function ask(text: string, user = "U01ALICE") {
    const before = slack.ephemerals(user).length;
    const outcome = await slack.command({ user, channel: deploys, text: `/whatsrunning ${text}` });
    expect(outcome).toMatchObject({ acked: true, refused: [] });
    await expect.poll(() => slack.ephemerals(user).length, { timeout: 5_000 }).toBe(before + 1);
    const [answer] = slack.ephemerals(user).slice(-1);
    if (!answer) throw new Error("there is no answer");
    return answer;
  }

  return {
    slack,
    bot,
    client,
    deploys,
    incident,
    fresh,
    namespaces: { shop, payments },
    create,
    ask,
    /** Asks until the answer is as wanted: a rollout takes its time. */
    async askUntil(text: string, wanted: RegExp) {
      await expect.poll(async () => (await ask(text)).text, { timeout: 20_000, interval: 200 }).toMatch(wanted);
      return ask(text);
    },
    async close(): Promise<void> {
      const code = await bot.stop();
      await slack.close();
      for (const name of [shop, payments]) await client.request("DELETE", `/api/v1/namespaces/${name}`);
      await cluster.close();
      await rm(folder, { recursive: true });
      expect(code, bot.output.slice(-5).join("\n")).toBe(0);
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

type Set = Pick<Given, "announce" | "rollback" | "registries" | "registryCredentials">;

function configuration(namespaces: readonly string[], given: Set): string {
  const { announce, rollback, registries, registryCredentials } = given;
  const places = [{ cluster: "prod-eu", context: null, namespaces }];
  return JSON.stringify({
    incidents: { channels: [incident], pattern: "^inc-" },
    registries: { "ghcr.io": { ask: false }, "docker.io": { ask: false }, ...registries },
    registryCredentials,
    environments: {
      prod: { aliases: ["production"], places, ...(announce && { announce: deploys }), ...(rollback && { rollback }) },
    },
  });
}
