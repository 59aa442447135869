import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import { startRedis, type RedisServer } from "../store/redis-server.ts";
import { createWorld, type World } from "./world.ts";

const token = "correct-horse-battery-staple";
const digest = `sha256:${"1".repeat(64)}`;
const image = `ghcr.io/pay/ledger@${digest}`;

describe("what a pipeline claims, from its shell to the answer in Slack", { timeout: 60_000 }, () => {
  let redis: RedisServer & AsyncDisposable;
  let world: World;
  beforeAll(async () => {
    redis = await startRedis();
    const settings = { CLAIMS_TOKEN: token, REDIS_URL: redis.url };
    world = await createWorld({ cluster: await startKubernetes(), mode: "socket", settings });
    const deployments = `/apis/apps/v1/namespaces/${world.namespaces.payments}/deployments`;
    await world.create(deployments, manifest({ name: "ledger", image, replicas: 2 }));
  }, 60_000);
  afterAll(async () => {
    await world.close();
    await redis[Symbol.asyncDispose]();
  }, 30_000);

  /** What it says, and how it ends. */
  async function claim(...args: readonly string[]): Promise<string> {
    const env = { WHATSRUNNING_URL: `http://127.0.0.1:${world.bot.port}`, CLAIMS_TOKEN: token };
    const command = [join(import.meta.dirname, "../../claim.ts"), ...args];
    const { stderr } = await promisify(execFile)(process.execPath, command, { env }).catch(
      (err: { code: number; stderr: string }) => ({ stderr: `${err.code}: ${err.stderr}` }),
    );
    return stderr;
  }

  test("nothing is said of it while nobody claims anything", async () => {
    expect(JSON.stringify(await world.askUntil("ledger prod", /both pods run/))).not.toMatch(/Pipelines say|by us/);
  });

  test("the way of the digest is one line of the answer", async () => {
    expect(await claim("built", "--image", image, ...at("14:02"))).toBe(
      `whatsrunning: the bot has it: built ${image}\n`,
    );
    expect((await world.ask("ledger prod")).text).toMatch(
      / It was perhaps never scanned by us: no pipeline told of it/,
    );
    await claim("scanned", "--image", image, ...at("14:05"));
    await claim("deployed", "--image", image, "--environment", "staging", ...at("14:10"));
    await claim("deployed", "--image", image, "--environment", "prod", "--actor", "<!channel>", ...at("15:00"));
    const answer = await world.ask("ledger prod");
    const line = /Pipelines say: [^"\\]*/.exec(JSON.stringify(answer.attachments))?.[0] ?? "";
    expect(line.replaceAll(/<!date[^|]*\|2026-11-24 (..:..):00 UTC>/g, "$1")).toBe(
      "Pipelines say: built 14:02 → scanned 14:05 → staging 14:10 → prod 15:00 by &lt;!channel&gt; · said with the shared token",
    );
    expect(answer.text).not.toContain("by us");
  });

  test("a claim about what does not run changes no answer", async () => {
    const before = (await world.ask("prod")).text;
    await claim("deployed", "--image", `ghcr.io/pay/ledger@sha256:${"2".repeat(64)}`, "--environment", "prod");
    await claim("deployed", "--image", `ghcr.io/pay/ghost@sha256:${"3".repeat(64)}`, "--environment", "prod");
    expect((await world.ask("prod")).text).toBe(before);
    expect((await world.ask("ghost prod")).text).toMatch(/^I do not see ghost/);
  });

  test("what is wrong is told in the shell", async () => {
    expect(await claim("built", "--image", "ghcr.io/pay/ledger:1")).toMatch(
      /^1: whatsrunning: the bot answers 400: image /,
    );
    expect(await claim("built")).toMatch(/^2: whatsrunning: --image is missing\n/);
  });

  test("an answer goes on while the store is down", async () => {
    await redis.kill();
    const answer = await world.ask("ledger prod");
    expect(answer.text).toMatch(/^ledger in prod: both pods run/);
    expect(JSON.stringify(answer)).toContain("what pipelines say could not be read in time");
    await redis.restart();
    await expect.poll(async () => JSON.stringify(await world.ask("ledger prod"))).toContain("Pipelines say: built");
  });

  test("no token is in what was logged", () => {
    expect(world.bot.output.join("\n")).not.toContain(token);
  });
});

function at(time: string): readonly string[] {
  return ["--at", `2026-11-24T${time}:00Z`];
}
