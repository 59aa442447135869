import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bot, createBot, eventPayload, pressPayload } from "./bot.ts";

const broken = () => {
  throw new Error("the view has a hole");
};
let bot: Bot;

beforeEach(async () => {
  bot = await createBot({ incidents: { channels: ["C0INC"], pattern: null } });
  await bot.slack.start();
});
afterEach(() => bot[Symbol.asyncDispose]());

const checkout = /^checkout in prod: all 3 pods run sha256:a{12}/;
const direct = { type: "message", channel: "D0ALICE", channel_type: "im" };

/** Says it, and gives what was posted because of it. */
async function answerTo(text: string, event: object = {}) {
  const before = bot.world.posted.length;
  const response = await bot.say(text, event);
  expect([response.status, await response.text()]).toEqual([200, ""]);
  await expect.poll(() => bot.world.posted.length).toBe(before + 1);
  return bot.world.posted.at(-1) ?? {};
}

/** Says it, and gives how many answers there were once nothing is under way any more. */
async function answersTo(text: string, event: object = {}, more: object = {}) {
  expect((await bot.say(text, event, more)).status).toBe(200);
  expect((await bot.say("<@U0BOT> help")).status).toBe(200);
  await bot.slack.stop();
  expect(bot.world.posted).toContainEqual(expect.objectContaining({ text: expect.stringMatching(/^Type/) }));
  return bot.world.posted.length - 1;
}

describe("a mention", () => {
  test("in a thread is answered in the thread, for who asked only", async () => {
    const posted = await answerTo("<@U0BOT> which version of checkout is live in prod?", { thread_ts: "1.0" });
    expect(posted).toMatchObject({
      method: "chat.postEphemeral",
      channel: "C0OPS",
      user: "U0ALICE",
      thread_ts: "1.0",
      text: expect.stringMatching(checkout),
    });
    expect(JSON.stringify(posted)).toContain('"share"');
  });

  test("in a channel is answered in the channel, and starts no thread", async () => {
    const posted = await answerTo("hey <@U0BOT>, checkout?");
    expect(posted).toMatchObject({ method: "chat.postEphemeral", text: expect.stringMatching(checkout) });
    expect(posted).not.toHaveProperty("thread_ts");
  });

  test.each(["<@U0BOT>", "  <@U0BOT|whatsrunning>  ", "<@U0BOT> <@U0BOB>"])(
    "without words, %j, gets help",
    async (text) => {
      expect(await answerTo(text)).toMatchObject({ text: expect.stringMatching(/^Type \/whatsrunning/) });
    },
  );

  test("in an incident's channel is answered for everybody, with nothing left to share and no previews", async () => {
    const posted = await answerTo("<@U0BOT> checkout", { channel: "C0INC", thread_ts: "1.0" });
    expect(posted).toMatchObject({
      method: "chat.postMessage",
      channel: "C0INC",
      thread_ts: "1.0",
      unfurl_links: "false",
      unfurl_media: "false",
      text: expect.stringMatching(checkout),
    });
    expect(JSON.stringify(posted)).not.toContain('"share"');
    expect(posted).not.toHaveProperty("user");
  });

  test("by a bot is not answered, or two bots would never stop", async () => {
    expect(await answersTo("<@U0BOT> checkout", { bot_id: "B0ALERTS", user: "U0ALERTS" })).toBe(0);
  });

  test("that cannot be understood cannot ping anybody", async () => {
    const posted = await answerTo("<@U0BOT> <!channel> @here checkuot");
    expect(JSON.stringify(posted)).not.toMatch(/<!|@here/);
  });
});

describe("a direct message", () => {
  test("is answered in its conversation, with nothing to share", async () => {
    const posted = await answerTo("is checkout deployed in prod?", direct);
    expect(posted).toMatchObject({
      method: "chat.postMessage",
      channel: "D0ALICE",
      text: expect.stringMatching(checkout),
    });
    expect(JSON.stringify(posted)).not.toContain('"share"');
  });

  test("in a thread stays in it", async () => {
    expect(await answerTo("checkout", { ...direct, thread_ts: "1.0" })).toMatchObject({ thread_ts: "1.0" });
  });

  test("is replaced by the next answer when a button under it is pressed", async () => {
    const picked = {
      type: "static_select",
      action_id: "open_service",
      block_id: "environment:prod",
      selected_option: { value: "checkout" },
    };
    const container = { type: "message", message_ts: "1.1", channel_id: "D0ALICE", is_ephemeral: false };
    await bot.interact(pressPayload(bot.world, picked, { container }));
    await expect.poll(() => bot.world.told).toHaveLength(1);
    expect(bot.world.told[0]).toMatchObject({ replace_original: true, text: expect.stringMatching(checkout) });
    expect(JSON.stringify(bot.world.told)).not.toContain('"share"');
  });

  test.each<[string, object]>([
    ["an edit", { subtype: "message_changed", message: { text: "checkout" }, user: undefined }],
    ["a deletion", { subtype: "message_deleted" }],
    ["a file", { subtype: "file_share" }],
    ["a bot's", { bot_id: "B0OTHER" }],
    ["our own", { user: "U0BOT", bot_id: "B0BOT" }],
    ["our own, told as a person's", { user: "U0BOT" }],
    ["what is said in a channel", { channel: "C0OPS", channel_type: "channel" }],
    ["what is said in a group", { channel: "G0OPS", channel_type: "mpim" }],
    ["what nobody said", { user: undefined }],
    ["a channel that is no channel", { channel: "not a channel" }],
  ])("is not: %s", async (_, event) => {
    expect(await answersTo("checkout", { ...direct, ...event })).toBe(0);
  });
});

describe("an event of another workspace is not answered", () => {
  test.each<[string, object, object]>([
    ["delivered for another", {}, { team_id: "T0AWAY" }],
    ["from a person of another", { user_team: "T0AWAY" }, {}],
    ["from a person of another, as the team", { team: "T0AWAY" }, {}],
    ["that came from another", { source_team: "T0AWAY" }, {}],
    ["whose author's profile is another's", { user_profile: { team: "T0AWAY" } }, {}],
    ["of nobody knows which", { team: null }, { team_id: null }],
  ])("%s", async (_, event, more) => {
    await bot.say("checkout", { ...direct, ...event }, more);
    expect(await answersTo("<@U0BOT> checkout", event, more)).toBe(0);
  });

  test("also where its kind is one that we do not listen to", async () => {
    expect(await answersTo("x", { type: "reaction_added" })).toBe(0);
  });
});

describe("an event that is delivered more than once is answered once", () => {
  const retry = {
    headers: { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" },
    at: Date.now() + 1_000,
  };

  test("at the same moment, and again as a retry", async () => {
    const { event_id } = eventPayload("");
    const said = await Promise.all([
      bot.say("<@U0BOT> checkout", {}, { event_id }),
      bot.say("<@U0BOT> checkout", {}, { event_id }),
      bot.say("<@U0BOT> checkout", {}, { event_id }, retry),
    ]);
    expect(said.map((it) => it.status)).toEqual([200, 200, 200]);
    await bot.slack.stop();
    expect(bot.world.posted).toMatchObject([{ text: expect.stringMatching(checkout) }]);
  });

  test("and a retry of one that never came is heard", async () => {
    expect((await bot.say("<@U0BOT> checkout", {}, {}, retry)).status).toBe(200);
    await expect.poll(() => bot.world.posted).toHaveLength(1);
  });

  test("and events out of their order are all answered", async () => {
    for (const ts of ["1700000009.1", "1700000001.1", "1700000005.1"]) {
      await bot.say("<@U0BOT> checkout", { ts, event_ts: ts, thread_ts: ts });
    }
    await expect.poll(() => bot.world.posted).toHaveLength(3);
    const threads = new Set(bot.world.posted.map((it) => it["thread_ts"]));
    expect(threads).toEqual(new Set(["1700000001.1", "1700000005.1", "1700000009.1"]));
  });
});

test("when something breaks, who asked gets a reference where they asked", async () => {
  await bot[Symbol.asyncDispose]();
  bot = await createBot({ asking: { ask: broken, again: broken, about: broken, wanted: () => null } });
  await bot.slack.start();
  const reference = expect.stringMatching(/^Something broke, reference abc123\./);
  expect(await answerTo("<@U0BOT> checkout", { thread_ts: "1.0" })).toMatchObject({
    method: "chat.postEphemeral",
    thread_ts: "1.0",
    text: reference,
  });
  expect(await answerTo("checkout", direct)).toMatchObject({ method: "chat.postMessage", text: reference });
  expect(bot.log.filter((it) => it["level"] === "error")).toMatchObject([
    { reference: "abc123", err: { message: "the view has a hole" } },
    { reference: "abc123" },
  ]);
});
