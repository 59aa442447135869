import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Bot, createBot } from "./bot.ts";
import { rateLimited, refused, silence, status } from "./scripted-slack.ts";

let bot: Bot;
let slept: number[] = [];

/** Time passes at once while we wait, and as ever while Slack does. */
async function start(given: { readonly callMs?: number } = {}): Promise<void> {
  slept = [];
  let skipped = 0;
  const sleep = async (ms: number) => {
    slept.push(ms);
    skipped += ms;
  };
  bot = await createBot({ clock: { now: () => systemClock.now() + skipped, sleep }, ...given });
  await bot.slack.start();
}
afterEach(() => bot[Symbol.asyncDispose]());

const asked = () => bot.say("<@U0BOT> checkout", { thread_ts: "1.0" });
const errors = () => bot.log.filter((it) => it["level"] === "error");
const methods = () => bot.world.posted.map((it) => it.method);

describe("an answer that Slack refuses for its rate", () => {
  test("is given when Slack said, and once", async () => {
    await start();
    bot.world.script("chat.postEphemeral", [rateLimited(2), rateLimited(1)]);
    await asked();
    await expect.poll(methods).toHaveLength(3);
    await bot.slack.stop();
    expect(slept).toEqual([2_000, 1_000]);
    expect(new Set(bot.world.posted.map((it) => it["text"])).size).toBe(1);
    expect(errors()).toEqual([]);
  });

  test.each([
    ["when nobody would be waiting any more", [rateLimited(6)], []],
    ["when it is refused again and again", [1, 2, 3].map(rateLimited), [1_000, 2_000]],
  ])("is given up %s, and the log says so with a reference", async (_, answers, pauses) => {
    await start();
    bot.world.script("chat.postEphemeral", answers);
    await asked();
    await expect
      .poll(errors)
      .toMatchObject([{ reference: "abc123", channel: "C0OPS", err: { type: expect.any(String) } }]);
    expect(methods()).toHaveLength(answers.length);
    expect(slept).toEqual(pauses);
  });

  test("does not hold up another", async () => {
    await start();
    bot.world.script("chat.postEphemeral", [rateLimited(60)]);
    await Promise.all([asked(), bot.say("checkout", { type: "message", channel: "D0ALICE", channel_type: "im" })]);
    await expect.poll(() => methods().toSorted()).toEqual(["chat.postEphemeral", "chat.postMessage"]);
  });
});

describe("an answer of which nobody knows whether it was posted", () => {
  test.each([
    ["no word comes back", silence],
    ["Slack breaks", status(500)],
    ["the connection breaks", ((res) => res.destroy()) satisfies typeof silence],
  ])("is not posted again: %s", async (_, answer) => {
    await start({ callMs: 200 });
    bot.world.script("chat.postEphemeral", [answer]);
    await asked();
    await expect.poll(errors).toMatchObject([{ reference: "abc123" }]);
    await bot.slack.stop();
    expect(methods()).toEqual(["chat.postEphemeral"]);
  });
});

describe("an answer that Slack refuses for good", () => {
  test.each(["not_in_channel", "channel_not_found"])(
    "because we are outside (%s) becomes a word to who asked, without the answer",
    async (error) => {
      await start();
      bot.world.script("chat.postEphemeral", [refused(error)]);
      await asked();
      await expect.poll(methods).toEqual(["chat.postEphemeral", "chat.postMessage"]);
      expect(bot.world.posted[1]).toMatchObject({
        channel: "U0ALICE",
        text: "I cannot answer in <#C0OPS>, because I am not in that channel. Type /invite @\u2060whatsrunning there, or ask me here.",
      });
      expect(bot.world.posted[1]).not.toHaveProperty("thread_ts");
      expect(errors()).toEqual([]);
    },
  );

  test("there, too, ends in the log", async () => {
    await start();
    bot.world.script("chat.postEphemeral", [refused("channel_not_found")]);
    bot.world.script("chat.postMessage", [refused("messages_tab_disabled")]);
    await asked();
    await expect.poll(errors).toMatchObject([{ reference: "abc123" }]);
    expect(methods()).toHaveLength(2);
  });

  test("in person is not answered in person once more", async () => {
    await start();
    bot.world.script("chat.postMessage", [refused("channel_not_found")]);
    await bot.say("checkout", { type: "message", channel: "D0ALICE", channel_type: "im" });
    await expect.poll(errors).toHaveLength(1);
    expect(methods()).toHaveLength(1);
  });

  test.each(["msg_blocks_too_long", "invalid_blocks"])(
    "for its length or form (%s) is given as text",
    async (error) => {
      await start();
      bot.world.script("chat.postEphemeral", [refused(error)]);
      await asked();
      await expect.poll(methods).toHaveLength(2);
      const [first, second] = bot.world.posted;
      expect(second).toEqual({ ...first, blocks: [], attachments: [] });
      expect(errors()).toEqual([]);
    },
  );
});
