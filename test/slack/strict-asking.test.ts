import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { actionIds } from "../../src/views/message.ts";
import { install } from "./install.ts";

/** Every way to ask that is no command, before a Slack that refuses what the real one refuses. */

const checkout = /^checkout in prod: all 3 pods run sha256:a{12}/;

describe.each(["socket", "http"] as const)("in %s mode", (mode) => {
  let bot: Awaited<ReturnType<typeof install>>;
  beforeEach(async () => {
    bot = await install(mode);
  });
  afterEach(() => bot.end());

  /** What we said to this person there. */
  const told = (user: string, channel = "C0OPS") => bot.world.messagesFor(user, channel).filter((it) => it.bot);
  const refusals = () => bot.world.calls.filter((it) => it.answer["ok"] === false).map((it) => it.answer["error"]);

  test("a mention in a thread is answered there for who asked, who can share it there", async () => {
    const thread = bot.world.say({ user: "U0BOB", channel: "C0OPS", text: "checkout is slow" });
    const asked = await bot.world.mention({ user: "U0ALICE", channel: "C0OPS", text: "is checkout live?", thread });
    expect(asked.acked).toBe(true);
    await expect.poll(() => told("U0ALICE")).toMatchObject([{ thread, text: expect.stringMatching(checkout) }]);
    expect(told("U0BOB")).toEqual([]);

    const message = { channel: "C0OPS", ts: told("U0ALICE")[0]?.ts ?? "" };
    await bot.world.click({ user: "U0ALICE", message, actionId: actionIds.share });
    await expect.poll(() => told("U0BOB")).toMatchObject([{ thread, text: expect.stringMatching(/Shared by alice/) }]);
  });

  test("a direct message is answered in its conversation, where one answer gives way to the next", async () => {
    expect(await bot.world.directMessage({ user: "U0ALICE", text: "what's running in prod?" })).toMatchObject({
      acked: true,
    });
    await expect.poll(() => told("U0ALICE", "D0ALICE")).toMatchObject([{ text: expect.stringMatching(/^1 service/) }]);
    const message = { channel: "D0ALICE", ts: told("U0ALICE", "D0ALICE")[0]?.ts ?? "" };
    await bot.world.click({ user: "U0ALICE", message, actionId: actionIds.open, value: "checkout" });
    await expect
      .poll(() => told("U0ALICE", "D0ALICE"))
      .toMatchObject([{ ts: message.ts, text: expect.stringMatching(checkout) }]);
  });

  test("the shortcut on somebody's message is answered for who used it", async () => {
    const ts = bot.world.say({
      user: "U0BOB",
      channel: "C0OPS",
      text: "5xx on *checkout*, see <https://a.example|here>",
    });
    const message = { channel: "C0OPS", ts };
    const used = await bot.world.shortcut({ user: "U0ALICE", callbackId: "whats_running_here", message });
    expect(used.acked).toBe(true);
    await expect.poll(() => told("U0ALICE")).toMatchObject([{ text: expect.stringMatching(checkout) }]);
    expect(told("U0BOB")).toEqual([]);
  });

  test("in an incident's channel everybody reads the same, asked by command or in a thread", async () => {
    await bot.world.command({ user: "U0ALICE", channel: "C0NEW", text: "/whatsrunning checkout" });
    await expect.poll(() => told("U0BOB", "C0NEW")).toMatchObject([{ text: expect.stringMatching(checkout) }]);
    const thread = bot.world.say({ user: "U0BOB", channel: "C0INC", text: "it burns" });
    await bot.world.mention({ user: "U0ALICE", channel: "C0INC", text: "checkout", thread });
    await expect.poll(() => told("U0BOB", "C0INC")).toMatchObject([{ thread, text: expect.stringMatching(checkout) }]);
  });

  test("without the scope for names, a pattern matches no mention's channel, and the answer is given", async () => {
    bot.world.failNext("conversations.info", { kind: "error", error: "missing_scope" });
    await bot.world.mention({ user: "U0ALICE", channel: "C0NEW", text: "checkout" });
    await expect.poll(() => told("U0ALICE", "C0NEW")).toMatchObject([{ reader: "U0ALICE" }]);
    expect(refusals()).toEqual(["missing_scope"]);
  });

  test("with it, a mention is answered for everybody in a channel whose name matches", async () => {
    await bot.world.mention({ user: "U0ALICE", channel: "C0NEW", text: "checkout" });
    await expect.poll(() => told("U0ALICE", "C0NEW")).toMatchObject([{ reader: null }]);
    expect(refusals()).toEqual([]);
  });

  test("somebody of another workspace who mentions us is told nothing", async () => {
    await bot.world.mention({ user: "U0EVE", channel: "C0INC", text: "checkout" });
    await bot.slack.stop(); // nothing is under way any more
    expect(told("U0EVE", "C0INC")).toEqual([]);
  });

  test("a channel that turned us out is left, and who asked reads why", async () => {
    bot.world.failNext("chat.postEphemeral", { kind: "error", error: "not_in_channel" });
    await bot.world.mention({ user: "U0ALICE", channel: "C0OPS", text: "checkout" });
    const sentence = /^I cannot answer in <#C0OPS>/;
    await expect.poll(() => told("U0ALICE", "D0ALICE")).toMatchObject([{ text: expect.stringMatching(sentence) }]);
  });
});
