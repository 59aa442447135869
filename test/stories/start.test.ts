import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { failedStart, startBot } from "../../demo/bot.ts";
import { startKubernetes, type SimKubernetes } from "../../sim/kubernetes/server.ts";
import { startSlack, type Slack } from "../../sim/slack/server.ts";

let folder: string;
let slack: Slack;
let kubernetes: SimKubernetes;
let right: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whatsrunning-"));
  kubernetes = await startKubernetes({ context: "prod-eu" });
  slack = await startSlack({ manifest: parse(await readFile("manifest.yml", "utf8")), people: [], channels: [] });
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubernetes.kubeconfig);
  right = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    KUBECONFIG: kubeconfig,
  };
});
afterAll(async () => {
  await slack.close();
  await kubernetes.close();
  await rm(folder, { recursive: true });
});

describe("a start that cannot succeed ends with a line for each problem, and no stack trace", () => {
  test.each([
    ["a wrong token", { SLACK_BOT_TOKEN: "xoxb-not-this-one" }, /whatsrunning: .*SLACK_BOT_TOKEN/],
    ["no such context", { WHATSRUNNING_CONFIG: "context.yml" }, /whatsrunning: .*nowhere.*prod-eu/],
    ["no kubeconfig", { KUBECONFIG: "/does/not/exist" }, /whatsrunning: .*\/does\/not\/exist/],
    ["several settings at once", { PORT: "x", LOG_LEVEL: "loud" }, /whatsrunning: PORT .*\nwhatsrunning: LOG_LEVEL /],
  ])("%s", async (_, wrong, line) => {
    const config = "environments: { prod: { places: [{ cluster: prod-eu, context: nowhere }] } }";
    await writeFile(join(folder, "context.yml"), config);
    const env = { ...right, ...wrong };
    const named =
      "WHATSRUNNING_CONFIG" in wrong ? { WHATSRUNNING_CONFIG: join(folder, wrong.WHATSRUNNING_CONFIG) } : {};
    const said = await failedStart({ ...env, ...named });
    expect(said).toMatch(line);
    expect(said).toContain("ended with 1");
    expect(said).not.toMatch(/^\s+at /m);
    expect(said).not.toContain(slack.botToken);
  });

  test("a port that is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address ? String(address.port) : "";
    expect(await failedStart({ ...right, PORT: port })).toMatch(`whatsrunning: Port ${port} on 127.0.0.1 is in use`);
    taken.close();
  });
});

describe("a start that succeeds", () => {
  test("names what is set and not used, takes the current context, and ends with 0 on SIGTERM", async () => {
    const bot = await startBot({ ...right, SLACK_SIGNING_SECRET: "8f742231b10e8888abcd990011223344" });
    expect(bot.output.join("\n")).toMatch(/"unused":\["SLACK_SIGNING_SECRET"\]/);
    await expect.poll(() => bot.ready()).toBe(true);
    const metrics = await (await fetch(`http://127.0.0.1:${bot.port}/metrics`)).text();
    expect(metrics).toContain('whatsrunning_lists_total{cluster="prod-eu",resource="pods"} 1');
    expect(metrics).toContain('whatsrunning_view_current{cluster="prod-eu"} 1');
    expect(await bot.stop()).toBe(0);
  });

  test("is alive but not ready while a cluster cannot be reached, and ready once it can", async () => {
    kubernetes.faults.freeze();
    const bot = await startBot(right);
    const alive = await fetch(`http://127.0.0.1:${bot.port}/healthz`);
    const ready = await fetch(`http://127.0.0.1:${bot.port}/readyz`);
    expect([alive.status, ready.status]).toEqual([200, 503]);
    expect(await ready.json()).toEqual({ ready: false, missing: ["cluster prod-eu has not been listed yet"] });
    kubernetes.faults.thaw();
    await expect.poll(() => bot.ready(), { timeout: 20_000 }).toBe(true);
    expect(await bot.stop()).toBe(0);
  });
});
