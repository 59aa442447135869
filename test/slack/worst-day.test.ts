import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { install } from "./install.ts";

/** What Slack does to us on its worst day: nothing is lost, and nothing is said twice. */

describe.each(["socket", "http"] as const)("in %s mode", (mode) => {
  let bot: Awaited<ReturnType<typeof install>>;
  beforeEach(async () => {
    bot = await install(mode);
  });
  afterEach(() => bot.end());

  const ask = (text = "checkout") => bot.world.mention({ user: "U0ALICE", channel: "C0OPS", text });
  const answers = () => bot.world.ephemerals("U0ALICE").map((it) => it.text);
  const posts = () => bot.world.calls.filter((it) => it.method === "chat.postEphemeral").length;

  test("an event delivered twice at once, and then again and again, in another order, is answered once", async () => {
    bot.world.duplicateNext(2);
    await Promise.all([ask("checkout"), ask("help")]);
    await expect.poll(answers).toHaveLength(2);
    const before = bot.world.deliveries.filter((it) => it.kind === "events_api").toReversed();
    // Over HTTP, the same words in the same second are taken for a replay, and not acknowledged: they were before.
    for (const it of before) await bot.world.redeliver(it);
    await bot.slack.stop(); // nothing is under way any more
    expect(answers()).toHaveLength(2);
  });

  test("an answer that comes too soon after others is given a second later", async () => {
    bot.world.failNext("chat.postEphemeral", { kind: "rate-limited", seconds: 1 });
    await ask();
    await expect.poll(answers).toHaveLength(1);
    expect(posts()).toBe(2);
  });

  test("an answer that was posted although we never heard so is not posted again", async () => {
    bot.world.failNext("chat.postEphemeral", { kind: "lost-answer" });
    await ask();
    await expect.poll(answers).toHaveLength(1);
    await bot.slack.stop();
    expect([answers().length, posts()]).toEqual([1, 1]);
  });

  test.each(["lost-answer", "lost-request"] as const)(
    "an answer to a command is given, and not called broken, after a %s",
    async (kind) => {
      bot.world.failNext("response_url", { kind });
      await bot.world.command({ user: "U0ALICE", channel: "C0OPS", text: "/whatsrunning checkout" });
      await bot.slack.stop();
      expect(new Set(answers())).toEqual(new Set([expect.stringMatching(/^checkout in prod: all 3 pods/)]));
    },
  );

  test("an answer for everybody is not given twice when nobody knows whether it was given, nor called broken", async () => {
    bot.world.failNext("response_url", { kind: "lost-answer" });
    await bot.world.command({ user: "U0ALICE", channel: "C0INC", text: "/whatsrunning checkout" });
    await bot.slack.stop();
    expect(bot.world.calls.filter((it) => it.method === "response_url")).toHaveLength(1);
  });

  test("answers that a slow Slack is still taking are given before we stop", async () => {
    bot.world.failNext("chat.postEphemeral", { kind: "slow", ms: 400 });
    bot.world.failNext("response_url", { kind: "slow", ms: 400 });
    await ask();
    await bot.world.command({ user: "U0ALICE", channel: "C0OPS", text: "/whatsrunning checkout" });
    await bot.slack.stop();
    expect(answers()).toHaveLength(2);
  });

  test("a rate limit in the middle of a stop is waited for", async () => {
    bot.world.failNext("chat.postEphemeral", { kind: "rate-limited", seconds: 1 });
    await ask();
    await bot.slack.stop();
    expect(answers()).toHaveLength(1);
  });
});

test("mentions under connections that come and go are each answered once, if Slack has to repeat them or not", async () => {
  const { world, end } = await install("socket");
  await expect.poll(() => world.sockets.count()).toBe(2);
  const ask = () => world.mention({ user: "U0ALICE", channel: "C0OPS", text: "checkout" });
  const asked = Array.from({ length: 10 }, ask);
  world.sockets.refresh();
  asked.push(...Array.from({ length: 5 }, ask));
  world.sockets.drop();
  asked.push(...Array.from({ length: 5 }, ask));
  await Promise.all(asked);

  await expect.poll(() => world.sockets.count()).toBe(2);
  const lost = world.deliveries.filter((it) => !it.outcome.acked);
  expect(lost.length).toBeGreaterThan(0);
  for (const it of lost) expect((await world.redeliver(it)).acked).toBe(true);
  await expect.poll(() => world.ephemerals("U0ALICE")).toHaveLength(20);
  await end();
  expect(world.calls.filter((it) => it.method === "chat.postEphemeral")).toHaveLength(20);
});
