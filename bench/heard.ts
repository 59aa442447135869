import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import { startKubernetes } from "../sim/kubernetes/server.ts";
import { startSlack } from "../sim/slack/server.ts";
import { startBot } from "./bot.ts";
import { type Peer, peers } from "./heard-peer.ts";
import { percentile, type Result } from "./table.ts";

/** B5: from a change of a workload at the API server to the message about it at Slack, through the ledger and the intent in a SQLite file. */

type Options = { readonly runs: number; readonly times: number };

const [namespace, channel] = ["shop", "C0DEPLOYS"];
const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
/** A message a second is what Slack takes in a channel; what waits for that is not measured here. */
const everyMs = 1_200;
const giveUpMs = 20_000;

export async function heard({ runs, times }: Options): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-bench-"));
  const kubernetes = await startKubernetes({ context: "prod-eu", namespaces: [namespace] });
  const manifest: unknown = parse(await readFile("manifest.yml", "utf8"));
  const channels = [{ id: channel, name: "deploys", members: ["U0SIMBOT"] }];
  const slack = await startSlack({ manifest, people: [], channels, rateLimits: true });
  const [file, config] = [join(folder, "kubeconfig"), join(folder, "config.yml")];
  await writeFile(file, kubernetes.kubeconfig);
  const places = [{ cluster: "prod-eu", context: null, namespaces: [namespace] }];
  const registries = { "ghcr.io": { ask: false } };
  await writeFile(config, JSON.stringify({ registries, environments: { prod: { places, announce: channel } } }));
  for (let nth = 0; nth < times; nth += 1) await send("POST", path, workload(nameOf(nth), imageOf(nth, "first")));
  const bot = await startBot({
    kind: "ours",
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      KUBECONFIG: file,
      WHATSRUNNING_CONFIG: config,
      STATE_FILE: join(folder, "state.sqlite"),
    },
  });
  const [good, bad]: [number[][], number[][]] = [[], []];
  const others = new Map<string, readonly number[][]>();
  try {
    await bot.read();
    await wait(2_000); // what runs already is no news
    for (let run = 0; run < runs; run += 1) {
      const [told, failed]: [number[], number[]] = [[], []];
      for (let nth = 0; nth < times; nth += 1) {
        told.push(await deploy(nth, imageOf(nth, `${run}`), "It is "));
        await wait(everyMs);
      }
      failed.push(await deploy(0, `ghcr.io/shop/${nameOf(0)}:${run}-no-pull`, "deploy failed"));
      if (run + 1 < runs) await wait(everyMs);
      good.push(told);
      bad.push(failed);
    }
    await bot.stop();
    for (const peer of peers) others.set(peer.name, await beside(peer));
  } finally {
    await bot.stop();
    await slack.close();
    await kubernetes.close();
    await rm(folder, { recursive: true });
  }

  /** The same deploys, told by something else. */
  async function beside({ name, run: follow }: Peer): Promise<readonly number[][]> {
    const ending = new AbortController();
    const given = { url: `${kubernetes.url}${path}`, token: kubernetes.token, post };
    const following = follow(given, ending.signal).catch((err: unknown) => {
      if (!ending.signal.aborted) throw err;
    });
    await wait(1_000);
    const all: number[][] = [];
    for (let run = 0; run < runs; run += 1) {
      const told: number[] = [];
      for (let nth = 0; nth < times; nth += 1) {
        told.push(await deploy(nth, imageOf(nth, `${name} ${run}`), "It is "));
        await wait(everyMs);
      }
      all.push(told);
    }
    ending.abort();
    await following;
    return all;
  }

  async function post(text: string): Promise<void> {
    const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" };
    const body = JSON.stringify({ channel, text });
    const reply = await fetch(`${slack.apiUrl}chat.postMessage`, { method: "POST", headers, body });
    if (!reply.ok) throw new Error(await reply.text());
  }

  async function send(method: string, to: string, body: object, type = "application/json"): Promise<void> {
    const headers = { authorization: `Bearer ${kubernetes.token}`, "content-type": type };
    const reply = await fetch(`${kubernetes.url}${to}`, { method, headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${method} ${to}: ${await reply.text()}`);
  }

  /** Until a message names the service and says this; one with a digest says that digest. */
  async function deploy(nth: number, image: string, words: string): Promise<number> {
    const name = nameOf(nth);
    const digest = /sha256:[0-9a-f]{12}/.exec(image)?.[0] ?? "";
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const leave = slack.subscribe((it) => {
      if (it.what !== "message" || it.message.thread !== null) return;
      const text = it.message.text;
      if (text.startsWith(`${name} in prod`) && text.includes(words) && text.includes(digest))
        resolve(performance.now());
    });
    const late = setTimeout(() => reject(new Error(`nobody was told of ${image}`)), giveUpMs);
    try {
      const start = performance.now();
      const change = { op: "replace", path: "/spec/template/spec/containers/0/image", value: image };
      await send("PATCH", `${path}/${name}`, [change], "application/json-patch+json");
      return (await promise) - start;
    } finally {
      clearTimeout(late);
      leave();
    }
  }

  const rows = peers.map(({ name }) => ({
    what: "deploy to message, p50",
    unit: "ms" as const,
    ours: good.map((it) => percentile(it, 50)),
    peer: { name, values: (others.get(name) ?? []).map((it) => percentile(it, 50)) },
    goal: { atMost: 1_000 },
  }));
  return {
    title: "B5 From a deploy to its message",
    about: `From the PATCH that changes an image, sent to the API server, to the message about it at Slack, one deploy at a time: seen by the watch, written into the ledger, its intent durable in a SQLite file, posted. And to the message that says that its image cannot be pulled, the time in which the pod tries it included. ${runs} runs of ${times} deploys, one of them bad. Ours waits half a second on purpose, for other workloads of the same deploy; the peers keep nothing, so they tell twice or never after a restart.`,
    rows: [
      ...rows,
      {
        what: "deploy to message, worst",
        unit: "ms",
        ours: good.map((it) => percentile(it, 100)),
        peer: null,
        goal: null,
      },
      {
        what: "bad deploy to its failure",
        unit: "ms",
        ours: bad.map((it) => percentile(it, 50)),
        peer: null,
        goal: { atMost: 10_000 },
      },
    ],
  };
}

function nameOf(nth: number): string {
  return `service-${nth}`;
}

function imageOf(nth: number, of: string): string {
  return `ghcr.io/shop/${nameOf(nth)}@sha256:${createHash("sha256").update(`${nth} ${of}`).digest("hex")}`;
}

function workload(name: string, image: string): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image }] } },
    },
  };
}
