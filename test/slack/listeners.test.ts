import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { actionIds, askButton, shareButton } from "../../src/views/message.ts";
import { type Bot, createBot, pressPayload } from "./bot.ts";
import { status, team } from "./scripted-slack.ts";

const checkout = { kind: "service", service: "checkout", environment: "prod" } as const;
const [ask = {}] = askButton(checkout, "checkout in prod", 3);
const [share = {}] = shareButton(checkout);
const broken = () => {
  throw new Error("the view has a hole");
};
let bot: Bot;

beforeEach(async () => {
  bot = await createBot();
  await bot.slack.start();
});
afterEach(() => bot[Symbol.asyncDispose]());

/** Presses, and waits for what was told because of it. */
async function press(action: object, more: object = {}): Promise<Record<string, unknown>> {
  const before = bot.world.told.length;
  const response = await bot.interact(pressPayload(bot.world, action, more));
  expect([response.status, await response.text()]).toEqual([200, ""]);
  await expect.poll(() => bot.world.told.length).toBe(before + 1);
  return bot.world.told.at(-1) ?? {};
}

const older = {
  response_type: "ephemeral",
  replace_original: false,
  text: expect.stringMatching(/^This message is from an older version of whatsrunning\. Run \/whatsrunning/),
};

describe("a pressed button", () => {
  test("that asks replaces the private answer with the next one", async () => {
    expect(await press(ask)).toMatchObject({
      response_type: "ephemeral",
      replace_original: true,
      text: expect.stringMatching(/^checkout in prod: all 3 pods/),
    });
  });

  test("under an answer that everybody sees leaves that answer as it is", async () => {
    const container = { type: "message", message_ts: "1.1", channel_id: "C0OPS", is_ephemeral: false };
    expect(await press(ask, { container })).toMatchObject({
      response_type: "ephemeral",
      replace_original: false,
    });
  });

  test("that shares tells the channel, as of now, and who shared", async () => {
    const told = await press(share, { user: { id: "U1", name: "<!channel> *al*", team_id: team } });
    expect(told).toMatchObject({
      response_type: "in_channel",
      unfurl_links: false,
      replace_original: false,
      text: expect.stringMatching(/^checkout in prod: .* Shared by /),
    });
    expect(told["blocks"]).toContainEqual({
      type: "context",
      elements: [{ type: "plain_text", text: "Shared by <!channel> *al*", emoji: false }],
    });
    expect(told["text"]).not.toContain("<!channel>");
    expect(JSON.stringify(told)).not.toContain(`"${actionIds.share}"`); // nothing left to share
  });

  test("that shares in a thread stays in it", async () => {
    const container = { type: "message", message_ts: "1.1", thread_ts: "1.0", is_ephemeral: true };
    expect(await press(share, { container })).toMatchObject({ thread_ts: "1.0" });
    expect(await press(share)).not.toHaveProperty("thread_ts");
  });

  test("of the menu answers about that service in the environment of its block", async () => {
    const picked = { type: "static_select", action_id: actionIds.open, block_id: "environment:prod" };
    expect(await press({ ...picked, selected_option: { value: "checkout" } })).toMatchObject({
      replace_original: true,
      text: expect.stringMatching(/^checkout in prod/),
    });
  });

  test.each<[string, object]>([
    ["share without a question", { action_id: actionIds.share, value: "checkout" }],
    ["share without a value", { action_id: actionIds.share }],
    ["a question of another version", { action_id: "ask_0", value: '{"kind":"history","service":"a"}' }],
    ["a question with more in it", { action_id: "ask_0", value: JSON.stringify({ ...checkout, admin: true }) }],
    ["a page that is no page", { action_id: "ask_0", value: '{"kind":"environment","environment":"prod","page":-1}' }],
    ["a value that is null", { action_id: "ask_0", value: "null" }],
    ["a menu in another block", { action_id: actionIds.open, selected_option: { value: "checkout" } }],
    [
      "a menu of no environment",
      { action_id: actionIds.open, block_id: "environment:", selected_option: { value: "a" } },
    ],
    ["a menu with nothing picked", { action_id: actionIds.open, block_id: "environment:prod", selected_option: null }],
    ["an action that nobody knows", { action_id: "rollback", value: "x" }],
    ["an action that is nearly known", { action_id: "ask_1x", value: JSON.stringify(checkout) }],
  ])("that is not ours any more gets a polite answer: %s", async (_, action) => {
    expect(await press(action)).toMatchObject(older);
  });

  test("of a legacy message gets one too", async () => {
    const legacy = {
      type: "interactive_message",
      callback_id: "old",
      actions: [{ name: "go", type: "button", value: "x" }],
    };
    expect(await press({}, legacy)).toMatchObject(older);
  });
});

describe("what is not ours at all", () => {
  test("an unknown command is named, and cannot ping", async () => {
    expect((await bot.command("x", { command: "/deploy<!here>" })).status).toBe(200);
    await expect.poll(() => bot.world.told).toHaveLength(1);
    expect(bot.world.told[0]).toMatchObject({ response_type: "ephemeral", text: expect.stringMatching(/^\/deploy/) });
    expect(JSON.stringify(bot.world.told)).not.toContain("<!here>");
  });

  test("a message shortcut is answered in its channel, a global one in a dialog", async () => {
    const shortcut = { team: { id: team }, user: { id: "U1", team_id: team }, callback_id: "old", trigger_id: "7.7" };
    const inMessage = { ...shortcut, type: "message_action", response_url: bot.world.responseUrl };
    expect((await bot.interact(inMessage)).status).toBe(200);
    await expect.poll(() => bot.world.told).toEqual([expect.objectContaining(older)]);

    expect((await bot.interact({ ...shortcut, type: "shortcut" })).status).toBe(200);
    await expect.poll(() => bot.world.heard.map((it) => it.target)).toContain("views.open");
    expect(decodeURIComponent(bot.world.heard.at(-1)?.body ?? "")).toMatch(/trigger_id=7\.7.*older version/s);
  });

  test("a dialog that was sent says so in its place, one that was closed is only acknowledged", async () => {
    const dialog = {
      team: { id: team },
      user: { id: "U1", team_id: team },
      view: { callback_id: "old", type: "modal" },
    };
    const sent = await bot.interact({ ...dialog, type: "view_submission" });
    expect(await sent.json()).toMatchObject({ response_action: "update", view: { type: "modal" } });
    const closed = await bot.interact({ ...dialog, type: "view_closed" });
    expect([closed.status, await closed.text()]).toEqual([200, ""]);
  });
});

describe("somebody of another workspace", () => {
  const refusal = /^I answer only people of the workspace/;

  test.each<[string, object]>([
    ["who presses here", { user: { id: "U9", name: "eve", team_id: "T0AWAY" } }],
    ["who presses there", { team: { id: "T0AWAY" } }],
    ["of whom nothing says where they belong", { team: null, user: { id: "U9", name: "eve" } }],
  ])("%s is refused, and told nothing", async (_, more) => {
    const told = await press(share, more);
    expect(told).toMatchObject({ response_type: "ephemeral", text: expect.stringMatching(refusal) });
    expect(JSON.stringify(told)).not.toMatch(/sha256|checkout/);
  });

  test("who types a command is refused too", async () => {
    expect((await bot.command("checkout", { team_id: "T0AWAY" })).status).toBe(200);
    await expect
      .poll(() => bot.world.told)
      .toEqual([expect.objectContaining({ text: expect.stringMatching(refusal) })]);
  });
});

describe("when something breaks", () => {
  test("the person gets a reference, and the log has it beside what happened", async () => {
    await bot[Symbol.asyncDispose]();
    bot = await createBot({ asking: { ask: broken, again: broken, about: broken, wanted: () => null } });
    await bot.slack.start();
    expect((await bot.command("checkout")).status).toBe(200);
    await expect.poll(() => bot.world.told).toHaveLength(1);
    expect(bot.world.told[0]).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringMatching(/^Something broke, reference abc123\./),
    });
    const lines = bot.log.filter((it) => it["reference"] === "abc123");
    expect(lines).toEqual([
      expect.objectContaining({
        level: "error",
        about: "/whatsrunning",
        err: expect.objectContaining({ message: "the view has a hole" }),
      }),
    ]);
  });

  test("an answer that Slack takes no more is a line in the log, and nothing else", async () => {
    bot.world.script("response", [status(404)]);
    expect((await bot.command("checkout")).status).toBe(200);
    await expect.poll(() => bot.log.filter((it) => it["status"] === 404)).toHaveLength(1);
    expect(bot.log.find((it) => it["status"] === 404)).toMatchObject({ level: "info" });
    await bot.slack.stop(); // everything under way is over
    expect(bot.world.told).toHaveLength(1);
    expect(bot.log.filter((it) => it["level"] === "error")).toEqual([]);
  });
});
