import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { manifest } from "../contract/kubernetes/place.ts";
import { createWorld, type World } from "./world.ts";

const digest = `sha256:${"7".repeat(64)}`;
const checkout = /^checkout in prod: both pods run sha256:777777777777/;

describe.each(["socket", "http"] as const)("an incident, asked about in every way there is, in %s mode", (mode) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ cluster: await startKubernetes({ context: "prod-eu" }), mode });
    const image = `ghcr.io/shop/checkout@${digest}`;
    const deployments = `/apis/apps/v1/namespaces/${world.namespaces.shop}/deployments`;
    await world.create(deployments, manifest({ name: "checkout", image, replicas: 2 }));
  }, 60_000);
  afterAll(() => world.close(), 30_000);

  /** What we said to this person there, oldest first. */
  const told = (user: string, channel: string) => world.slack.messagesFor(user, channel).filter((it) => it.bot);
  const last = (user: string, channel: string) => told(user, channel).at(-1);

  test("by command", async () => {
    expect((await world.askUntil("checkout", checkout)).reader).toBe("U01ALICE");
  });

  test("by a mention in a thread: told there, to who asked", async () => {
    const thread = world.slack.say({ user: "U02BOB", channel: world.deploys, text: "is this us?" });
    const text = "which version of checkout is live in prod?";
    await world.slack.mention({ user: "U01ALICE", channel: world.deploys, text, thread });
    await expect
      .poll(() => last("U01ALICE", world.deploys))
      .toMatchObject({ thread, text: expect.stringMatching(checkout) });
    expect(told("U02BOB", world.deploys)).toEqual([]);
  });

  test("in person", async () => {
    await world.slack.directMessage({ user: "U02BOB", text: "is checkout deployed in production?" });
    await expect.poll(() => last("U02BOB", "D02BOB")?.text).toMatch(checkout);
  });

  test("by the shortcut on an alert that quotes nothing but a digest", async () => {
    const text = `high latency since ${digest.slice(0, 19)}`;
    const ts = world.slack.say({ user: "U02BOB", channel: world.deploys, text });
    const before = told("U01ALICE", world.deploys).length;
    const message = { channel: world.deploys, ts };
    await world.slack.shortcut({ user: "U01ALICE", callbackId: "whats_running_here", message });
    await expect.poll(() => told("U01ALICE", world.deploys).length).toBe(before + 1);
    expect(last("U01ALICE", world.deploys)?.text).toMatch(checkout);
  });

  test("in the incident's channel: everybody reads the same answer, and a stranger who asks gets none", async () => {
    await world.slack.command({ user: "U01ALICE", channel: world.incident, text: "/whatsrunning checkout" });
    await expect.poll(() => last("U02BOB", world.incident)?.text).toMatch(checkout);
    const thread = world.slack.say({ user: "U02BOB", channel: world.incident, text: "and now?" });
    await world.slack.mention({ user: "U03EVE", channel: world.incident, text: "checkout", thread });
    await world.slack.mention({ user: "U01ALICE", channel: world.incident, text: "checkout", thread });
    const inThread = () => told("U02BOB", world.incident).filter((it) => it.thread === thread);
    await expect.poll(inThread).toMatchObject([{ text: expect.stringMatching(checkout) }]);
    const answers = () => told("U02BOB", world.incident).filter((it) => checkout.test(it.text));
    expect(answers()).toHaveLength(2);
  });

  test("and asked to end while Slack is slow, it gives the answers that it owes, and ends well", async () => {
    const before = told("U01ALICE", world.deploys).length;
    world.slack.failNext("chat.postEphemeral", { kind: "slow", ms: 1_000 });
    world.slack.failNext("response_url", { kind: "slow", ms: 1_000 });
    await world.slack.mention({ user: "U01ALICE", channel: world.deploys, text: "checkout" });
    await world.slack.command({ user: "U01ALICE", channel: world.deploys, text: "/whatsrunning checkout" });
    expect(told("U01ALICE", world.deploys)).toHaveLength(before);
    expect(await world.bot.stop("SIGTERM")).toBe(0);
    expect(told("U01ALICE", world.deploys)).toHaveLength(before + 2);
    expect(world.bot.output.filter((it) => it.includes('"level":"error"'))).toEqual([]);
  });
});
