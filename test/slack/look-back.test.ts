import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bot, createBot } from "./bot.ts";
import { ok, refused } from "./scripted-slack.ts";

let bot: Bot;
let begun: (readonly [channel: string, createdAt: number | null])[] = [];
let begins: () => boolean = () => true;

async function start({
  pattern = /^inc-/,
  channels = ["C0INC"],
}: { pattern?: RegExp | null; channels?: string[] } = {}) {
  bot = await createBot({
    incidents: { channels, pattern },
    lookBack: async (...given) => {
      begun.push(given);
      return begins();
    },
    callMs: 300,
  });
  await bot.slack.start();
}
beforeEach(() => {
  [begun, begins] = [[], () => true];
});
afterEach(() => bot[Symbol.asyncDispose]());

const made = (name: string, created = 1_795_000_000) => ok({ channel: { id: "C0X", name, created } });
const join = async (channel: string, user = "U0BOT") =>
  bot.say("", { type: "member_joined_channel", channel, user, text: undefined, channel_type: "C" });
const posts = () => bot.world.posted.length;

describe("somebody brings us into a channel", () => {
  test("of an incident, by its id or its name: a look back begins, with when the channel was made", async () => {
    await start();
    bot.world.script("conversations.info", [made("ops"), made("inc-7")]);
    await join("C0INC");
    await join("C0NEW");
    await expect
      .poll(() => begun)
      .toEqual([
        ["C0INC", 1_795_000_000_000],
        ["C0NEW", 1_795_000_000_000],
      ]);
    expect(posts()).toBe(0);
  });

  test("of another kind, or somebody else into an incident's: nothing is said", async () => {
    await start();
    bot.world.script("conversations.info", [made("ops")]);
    await join("C0OPS");
    await join("C0INC", "U0ALICE");
    await bot.slack.stop();
    expect(begun).toEqual([]);
    expect(posts()).toBe(0);
  });

  test("and nobody can tell how old it is", async () => {
    await start({ pattern: null });
    bot.world.script("conversations.info", [refused("missing_scope")]);
    await join("C0INC");
    await expect.poll(() => begun).toEqual([["C0INC", null]]);
    expect(bot.log.filter((it) => it["level"] === "warn")).toEqual([]);
  });
});

describe("somebody speaks to us in an incident's channel", () => {
  test("a look back begins, and what they asked is answered too", async () => {
    await start({ pattern: null });
    await bot.say("<@U0BOT> checkout", { channel: "C0INC" });
    await expect.poll(posts).toBe(1);
    expect(begun).toHaveLength(1);
    expect(bot.world.posted[0]).toMatchObject({ method: "chat.postMessage", text: expect.stringMatching(/^checkout/) });
  });

  test("and asks nothing: what changed is answer enough, the first time", async () => {
    await start({ pattern: null });
    await bot.say("<@U0BOT>", { channel: "C0INC" });
    await expect.poll(() => begun).toHaveLength(1);
    begins = () => false; // it was begun before
    await bot.say("<@U0BOT>", { channel: "C0INC" });
    await expect.poll(posts).toBe(1);
  });

  test("while the store is away: they are answered all the same, and the log says what was not begun", async () => {
    await start({ pattern: null });
    begins = () => {
      throw new Error("the store does not answer");
    };
    await bot.say("<@U0BOT> checkout", { channel: "C0INC" });
    await expect.poll(posts).toBe(1);
    expect(bot.log.filter((it) => it["level"] === "error")).toMatchObject([{ channel: "C0INC" }]);
  });

  test("elsewhere: no look back begins", async () => {
    await start({ pattern: null });
    await bot.say("<@U0BOT> checkout", { channel: "C0OPS" });
    await expect.poll(posts).toBe(1);
    expect(begun).toEqual([]);
  });
});
