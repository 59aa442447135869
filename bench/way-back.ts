import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import { startKubernetes } from "../sim/kubernetes/server.ts";
import { startSlack } from "../sim/slack/server.ts";
import { startBot } from "./bot.ts";
import { percentile, type Result } from "./table.ts";

/**
 * B7: from a confirmed plan to the PATCH at the API server, with the authority asked anew, the intent durable in a SQLite file,
 * and everything read again. And from the button to the plan with every check made.
 */

type Options = { readonly runs: number; readonly times: number };

const [namespace, name, bob, channel] = ["shop", "checkout", "U02BOB", "C0DEPLOYS"];
const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const imageOf = (nth: number) =>
  `ghcr.io/shop/checkout:${nth}@sha256:${createHash("sha256").update(`${nth}`).digest("hex")}`;

export async function wayBack({ runs, times }: Options): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "whatsrunning-bench-"));
  const kubernetes = await startKubernetes({ context: "prod-eu", namespaces: [namespace] });
  const manifest: unknown = parse(await readFile("manifest.yml", "utf8"));
  const channels = [{ id: channel, name: "deploys", members: ["U0SIMBOT", bob] }];
  const slack = await startSlack({ manifest, people: [{ id: bob, name: "bob" }], channels });
  const [file, config] = [join(folder, "kubeconfig"), join(folder, "config.yml")];
  await writeFile(file, kubernetes.kubeconfig);
  const places = [{ cluster: "prod-eu", context: null, namespaces: [namespace] }];
  const rollback = { allow: { users: [bob] }, healthyFor: "1s", soak: "1s" };
  const registries = { "ghcr.io": { ask: false } };
  await writeFile(config, JSON.stringify({ registries, environments: { prod: { places, rollback } } }));
  await send("POST", path, workload(imageOf(0)));
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
  const [plans, patches]: [number[][], number[][]] = [[], []];
  try {
    await bot.read();
    await until(async () => (await said("history checkout")).includes("live now"));
    await wait(1_200);
    for (let nth = 0; nth < runs; nth += 1) {
      const [planned, patched]: [number[], number[]] = [[], []];
      for (let at = 0; at < times; at += 1) {
        await deploy(1 + nth * times + at);
        const dialog = await drawn();
        planned.push(dialog.ms);
        patched.push(await confirmed(dialog.view, dialog.accept));
        await until(async () => !/under way/.test(await said("rollbacks prod")));
      }
      plans.push(planned);
      patches.push(patched);
    }
  } finally {
    await bot.stop();
    await slack.close();
    await kubernetes.close();
    await rm(folder, { recursive: true });
  }

  async function send(method: string, to: string, body: object, type = "application/json"): Promise<void> {
    const headers = { authorization: `Bearer ${kubernetes.token}`, "content-type": type };
    const reply = await fetch(`${kubernetes.url}${to}`, { method, headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${method} ${to}: ${await reply.text()}`);
  }

  async function deploy(nth: number): Promise<void> {
    const value = imageOf(nth);
    const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value };
    await send("PATCH", `${path}/${name}`, [image], "application/json-patch+json");
    const digest = value.slice(value.indexOf("sha256:"), value.indexOf("sha256:") + 19);
    await until(async () => (await said("checkout")).includes(`pods run ${digest}`));
  }

  async function said(text: string): Promise<string> {
    const before = slack.ephemerals(bob).length;
    await slack.command({ user: bob, channel, text: `/whatsrunning ${text}` });
    await until(async () => slack.ephemerals(bob).length > before);
    return slack.ephemerals(bob).at(-1)?.text.replaceAll("\u2060", "") ?? "";
  }

  /** The plan for going back, from the command on. */
  async function drawn() {
    const start = performance.now();
    await slack.command({ user: bob, channel, text: "/whatsrunning rollback checkout" });
    const shown = () => JSON.stringify(slack.viewsFor(bob).at(-1)?.content ?? "Checking");
    while (shown().includes("Checking")) await wait(1);
    const ms = performance.now() - start;
    const view = slack.viewsFor(bob).at(-1);
    if (!view?.content["submit"]) throw new Error(`nothing can be confirmed: ${shown()}`);
    const accept = [...shown().matchAll(/"value":"(image|manifest|configuration|schema|owner|state|permission)"/g)];
    return { ms, view: view.id, accept: accept.flatMap(([, it]) => it ?? []) };
  }

  async function confirmed(view: string, accept: readonly string[]): Promise<number> {
    const before = kubernetes.audit.length;
    const start = performance.now();
    const values = { reason: "errors at checkout", ...(accept.length > 0 && { accept }) };
    const submitted = slack.submit({ user: bob, view, values });
    for (;;) {
      const found = kubernetes.audit.slice(before).find((it) => it.method === "PATCH" && !it.path.includes("dryRun"));
      if (found && found.status !== 200) throw new Error(`the PATCH was refused: ${found.status}`);
      if (found) break;
      await wait(1);
      if (performance.now() - start > 10_000) throw new Error("there is no PATCH");
    }
    const ms = performance.now() - start;
    await submitted;
    await slack.dismiss({ user: bob, view });
    return ms;
  }

  return {
    title: "B7 The way back",
    about: `From the confirmation in Slack to the PATCH at the API server, with the authority asked anew, the intent durable in a SQLite file, and the workload read again; and from the command to the plan with every check. ${runs} runs of ${times}.`,
    rows: [
      {
        what: "p50, confirmation to PATCH",
        unit: "ms",
        ours: patches.map((it) => percentile(it, 50)),
        peer: { missing: "kubectl does not speak to the stand-in" },
        goal: { atMost: 25 },
      },
      {
        what: "p99, confirmation to PATCH",
        unit: "ms",
        ours: patches.map((it) => percentile(it, 99)),
        peer: null,
        goal: null,
      },
      {
        what: "p50, command to plan with every check",
        unit: "ms",
        ours: plans.map((it) => percentile(it, 50)),
        peer: null,
        goal: null,
      },
    ],
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it takes too long");
    await wait(20);
  }
}

function workload(image: string): object {
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
