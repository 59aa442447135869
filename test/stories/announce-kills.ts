import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type Bot, startBot } from "../../demo/bot.ts";
import { startSlack } from "../../sim/slack/server.ts";
import { systemClock } from "../../src/clock.ts";
import type { Delivery } from "../../src/core/delivery/delivery.ts";
import { announcements } from "../../src/records/announcing.ts";
import { deliveries } from "../../src/records/delivery.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { createClient } from "../contract/kubernetes/client.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import type { RedisServer } from "../store/redis-server.ts";

/** Services that are deployed together, each announced in a channel of its own: so one kill meets several steps. */
const services = Array.from({ length: 6 }, (_, index) => `s${index}`);
const channelOf = (service: string) => `C0${service.toUpperCase()}`;
const alice = "U01ALICE";

export const steps = [
  "not noted yet",
  "noted",
  "about to post",
  "posted, not remembered",
  "about to edit, or edited",
  "between two steps",
] as const;
export type Step = (typeof steps)[number];

type Given = { readonly kubeconfig: string; readonly redis: RedisServer; readonly readable: boolean };

const Manifest = z.looseObject({ oauth_config: z.looseObject({ scopes: z.object({ bot: z.array(z.string()) }) }) });

/** Two replicas of the real bot on one Redis, and what they tell. */
export async function createReplicas({ kubeconfig, redis, readable }: Given) {
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-"));
  const namespace = `kills-${Math.random().toString(36).slice(2, 8)}`;
  const client = createClient(kubeconfig);
  await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  const members = ["U0SIMBOT", alice];
  const slack = await startSlack({
    manifest: await manifestOf(readable),
    people: [{ id: alice, name: "alice" }],
    channels: [
      { id: "C0DEPLOYS", name: "deploys", members },
      ...services.map((it) => ({ id: channelOf(it), name: it, members })),
    ],
  });
  const [file, config] = [join(folder, "kubeconfig"), join(folder, "config.yml")];
  await writeFile(file, kubeconfig);
  const own = Object.fromEntries(services.map((it) => [it, channelOf(it)]));
  const places = [{ cluster: "prod-eu", context: null, namespaces: [namespace] }];
  const environments = { prod: { places, announce: { channel: "C0DEPLOYS", services: own } } };
  await writeFile(config, JSON.stringify({ environments, registries: { "ghcr.io": { ask: false } } }));
  const store = createRedisStore({ url: redis.url, clock: systemClock });
  const bots: (Bot | null)[] = [null, null];
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;

  async function start(): Promise<void> {
    await Promise.all(
      bots.map(async (bot, index) => {
        if (bot !== null) return;
        bots[index] = await startBot({
          SLACK_BOT_TOKEN: slack.botToken,
          SLACK_APP_TOKEN: slack.appToken,
          SLACK_API_URL: slack.apiUrl,
          KUBECONFIG: file,
          WHATSRUNNING_CONFIG: config,
          REDIS_URL: redis.url,
          LOG_LEVEL: "debug",
        });
      }),
    );
    await vi.waitFor(
      async () => {
        for (const bot of bots) expect(await bot?.ready()).toBe(true);
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  async function kill(which: readonly number[]): Promise<void> {
    const killed = which.flatMap((it) => bots[it] ?? []);
    for (const it of which) bots[it] = null;
    await Promise.all(killed.map((it) => it.stop("SIGKILL")));
  }

  /** Kills both at the instant at which Slack takes the next message: its answer finds nobody. False: none came in time. */
  async function killWhenPosted(withinMs: number): Promise<boolean> {
    const killed = Promise.withResolvers<boolean>();
    const known = new Set(services.flatMap((it) => said(it).map((one) => one.ts)));
    const hush = slack.subscribe((it) => {
      if (it.what !== "message" || it.message.reader !== null || known.has(it.message.ts)) return;
      hush();
      kill([0, 1]).then(() => killed.resolve(true), killed.reject);
    });
    const late = setTimeout(() => killed.resolve(false), withinMs);
    return killed.promise.finally(() => {
      hush();
      clearTimeout(late);
    });
  }

  const earlier = new Map<string, string | null>();

  async function latestOf(service: string): Promise<string | null> {
    return (await store.read(announcements.latest(channelOf(service), service)))?.value.id ?? null;
  }

  /** Deploys that tag of each service, the first time as something new. */
  async function deploy(tag: number): Promise<void> {
    for (const it of services) earlier.set(it, await latestOf(it));
    const replies = await Promise.all(
      services.map((name) => {
        const image = `ghcr.io/shop/${name}:${tag}`;
        const body = manifest({ name, image, replicas: 1, spec: { minReadySeconds: 2 } });
        const value = { op: "replace", path: "/spec/template/spec/containers/0/image", value: image };
        return tag === 1
          ? client.request("POST", path, { body })
          : client.request("PATCH", `${path}/${name}`, { body: [value], type: "application/json-patch+json" });
      }),
    );
    for (const it of replies) expect(it.status, it.text).toBeLessThan(300);
  }

  const said = (service: string) =>
    slack.messagesFor(alice, channelOf(service)).filter((it) => !it.text.startsWith("This was said twice"));
  const alone = (service: string) => said(service).filter((it) => it.thread === null || it.thread === it.ts);

  /** What there is of each service's announcement of the tag, right now. */
  async function stepsOf(): Promise<readonly Step[]> {
    const all = await Promise.all(services.map(stepOf));
    return all.filter((it) => it !== null);
  }

  async function stepOf(service: string): Promise<Step | null> {
    const id = await latestOf(service);
    if (id === null || id === earlier.get(service)) return "not noted yet";
    const delivery = (await store.read(deliveries.of({ kind: announcements.kind, id })))?.value ?? null;
    const keys = said(service).map((it) => JSON.stringify(it.metadata));
    if (delivery === null) return "noted"; // the one before it has been told
    return stepIn(delivery, (part) =>
      keys.some((it) => it.includes(`"announcement/${id}${part === "" ? "" : `/${part}`}"`)),
    );
  }

  /** Until each of them is told as done, in its last message. */
  async function allTold(tag: number): Promise<void> {
    await vi.waitFor(
      () => {
        const last = services.map((it) => about(it, tag).at(-1)?.text ?? "");
        expect(last).toEqual(services.map((it) => expect.stringMatching(new RegExp(`^${it} in prod: deploy done`))));
      },
      { timeout: 60_000, interval: 100 },
    );
  }

  /** The messages about that release: of others it may be said that they were replaced by it. */
  const about = (service: string, tag: number) =>
    alone(service).filter((it) =>
      new RegExp(`It (is|was) [^,]*\\b(tag |${service}:)${tag}\\b`).test(it.text.replaceAll("\u2060", "")),
    );

  async function allBegun(tag: number): Promise<void> {
    const counted = () => services.map((it) => about(it, tag).length);
    await vi.waitFor(() => expect(counted()).toEqual(services.map(() => 1)), { timeout: 30_000, interval: 50 });
  }

  return {
    slack,
    start,
    kill,
    killWhenPosted,
    deploy,
    stepsOf,
    allBegun,
    allTold,
    /** How often each tag of each service is told by itself, in the order of services. */
    counts: (tag: number) => services.map((it) => about(it, tag).length),
    async close(): Promise<void> {
      await kill([0, 1]);
      await store[Symbol.asyncDispose]();
      await slack.close();
      await client.request("DELETE", `/api/v1/namespaces/${namespace}`);
      await rm(folder, { recursive: true });
    },
  };
}

function stepIn({ parts, lease }: Delivery, isThere: (part: string) => boolean): Step {
  const posting = parts.find((it) => it.is.state === "posting");
  if (posting) return isThere(posting.name) ? "posted, not remembered" : "about to post";
  return lease > 0 ? "about to edit, or edited" : "between two steps";
}

async function manifestOf(readable: boolean): Promise<unknown> {
  const whole = Manifest.parse(parse(await readFile("manifest.yml", "utf8")));
  const history = ["channels:history", "groups:history"];
  const bot = whole.oauth_config.scopes.bot.filter((it) => !history.includes(it));
  return { ...whole, oauth_config: { scopes: { bot: readable ? [...bot, ...history] : bot } } };
}
