import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pointedAt } from "../../src/slack/payload/pointed.ts";
import { type Bot, createBot } from "./bot.ts";
import { team } from "./scripted-slack.ts";

let bot: Bot;

beforeEach(async () => {
  bot = await createBot();
  await bot.slack.start();
});
afterEach(() => bot[Symbol.asyncDispose]());

async function pointAt(message: unknown): Promise<Record<string, unknown>> {
  const payload = {
    type: "message_action",
    callback_id: "whats_running_here",
    team: { id: team },
    user: { id: "U0ALICE", name: "alice", team_id: team },
    channel: { id: "C0OPS" },
    trigger_id: "7.7",
    response_url: bot.world.responseUrl,
    message,
  };
  expect((await bot.interact(payload)).status).toBe(200);
  await expect.poll(() => bot.world.told).toHaveLength(1);
  return bot.world.told[0] ?? {};
}

describe("the shortcut on a message", () => {
  test("answers who pressed it, through the response_url, about what the message names", async () => {
    expect(await pointAt({ type: "message", text: "5xx on checkout!", ts: "1.0" })).toMatchObject({
      response_type: "ephemeral",
      replace_original: false,
      text: expect.stringMatching(/^checkout in prod: all 3 pods/),
    });
    expect(bot.world.told[0]).not.toHaveProperty("thread_ts");
    expect(bot.world.posted).toEqual([]);
  });

  test("stays in the message's thread", async () => {
    expect(await pointAt({ text: "checkout", ts: "1.1", thread_ts: "1.0" })).toMatchObject({ thread_ts: "1.0" });
  });

  test("of which nothing is known says what it looked for", async () => {
    expect(await pointAt({ text: "lunch at <!channel>?" })).toMatchObject({
      text: "I see nothing in that message that I know. I looked for services, for environments (prod) and for digests.",
    });
  });

  test("without a message is of another version", async () => {
    expect(await pointAt(undefined)).toMatchObject({ text: expect.stringMatching(/older version/) });
  });
});

const read = (message: object) => pointedAt({ message })?.text.split("\n");

describe("what can be read in a message", () => {
  test("is in its text, its blocks and its attachments, and not in what could be pressed", () => {
    const blocks = [
      { type: "section", text: { type: "mrkdwn", text: "two" }, fields: [{ type: "mrkdwn", text: "three" }] },
      { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "link", url: "four" }] }] },
      { type: "actions", elements: [{ type: "button", text: { type: "plain_text", text: "no" }, value: "no" }] },
    ];
    const attachments = [
      { fallback: "five", title: "six", fields: [{ title: "seven", value: "eight" }], color: "no" },
      { blocks: [{ type: "context", elements: [{ type: "mrkdwn", text: "nine" }] }] },
    ];
    expect(read({ text: "one", ts: "no", user: "no", blocks, attachments })).toEqual([
      "one",
      "two",
      "three",
      "four",
      "five",
      "six",
      "seven",
      "eight",
      "nine",
    ]);
  });

  test("is found in a message that is nested without end", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(2_000)}{"text":"far"}${"}".repeat(2_000)}`);
    expect(read({ text: "near", blocks: [deep] })).toEqual(["near"]);
  });
});
