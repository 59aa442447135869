import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import { createWorld, type World } from "./world.ts";

const image = (letter: string) => `ghcr.io/shop/checkout@sha256:${letter.repeat(64)}`;
const [alice, bob] = ["U01ALICE", "U02BOB"];

describe("an incident: somebody makes a channel and brings the bot in", () => {
  let world: World;
  let deployments: string;
  beforeAll(async () => {
    world = await createWorld({ cluster: await startKubernetes({ context: "prod-eu" }), mode: "http" });
    deployments = `/apis/apps/v1/namespaces/${world.namespaces.shop}/deployments`;
    await world.create(deployments, manifest({ name: "checkout", image: image("a"), replicas: 2 }));
  }, 60_000);
  afterAll(() => world.close(), 30_000);

  const told = () => world.slack.messagesFor(bob, world.fresh).filter((it) => it.bot && it.reader === null);
  const text = () => told().map((it) => it.text);

  test("everybody there reads what changed, once, although Slack says it twice", async () => {
    await world.askUntil("changes prod 60m", /^1 change in prod/);
    const joined = { by: alice, user: world.slack.botUser, channel: world.fresh };
    world.slack.duplicateNext();
    await world.slack.invite(joined);
    await expect
      .poll(text)
      .toEqual([expect.stringMatching(/^1 change in prod since .* checkout in prod: sha256:a{12}/)]);
    await world.slack.mention({ user: alice, channel: world.fresh, text: "" });
    await expect.poll(() => text().length).toBe(2); // the help that she asked for
  });

  test("a button under it answers who pressed, and nobody else", async () => {
    const [list] = told();
    const message = { channel: world.fresh, ts: list?.ts ?? "" };
    await world.slack.click({ user: bob, message, actionId: "ask_0" });
    await expect
      .poll(() => world.slack.ephemerals(bob).map((it) => it.text))
      .toEqual([expect.stringMatching(/^checkout in prod: both pods run sha256:a{12}/)]);
    expect(told()[0]?.ts).toBe(list?.ts);
  });

  test("a deploy meanwhile is said to the channel, and both messages are kept true", async () => {
    const [list] = told();
    await pause(1_100); // clusters note times in whole seconds: it has to begin in a later one than the look back
    const body = [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image("b") }];
    const how = { body, type: "application/json-patch+json" };
    expect((await world.client.request("PATCH", `${deployments}/checkout`, how)).status).toBe(200);
    const reply = () => told().find((it) => it.broadcast);
    await expect.poll(() => reply()?.text, { timeout: 12_000 }).toMatch(/^checkout in prod: sha256:b{12}.*live now/);
    expect(reply()?.thread).toBe(list?.ts);
    await expect.poll(() => told()[0]?.text, { timeout: 12_000 }).toMatch(/^2 changes in prod/);
    await expect.poll(() => reply()?.text, { timeout: 12_000 }).toMatch(/live now\.$/);
    expect(told()[0]?.ts).toBe(list?.ts);
    expect(told().filter((it) => it.broadcast)).toHaveLength(1);
  });
});

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
