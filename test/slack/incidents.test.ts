import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { IncidentChannels } from "../../src/slack/incidents.ts";
import { type Bot, createBot } from "./bot.ts";
import { ok, rateLimited, refused, silence, status } from "./scripted-slack.ts";

let bot: Bot;
let later = 0;

async function start(given: Partial<IncidentChannels> = {}): Promise<void> {
  later = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + later };
  bot = await createBot({ incidents: { channels: [], pattern: /^inc-/, ...given }, clock, callMs: 300 });
  await bot.slack.start();
}
afterEach(() => bot[Symbol.asyncDispose]());

/** `in_channel` or `ephemeral`: whom a command's answer is for. */
async function command(channel: string, name?: string): Promise<unknown> {
  const before = bot.world.told.length;
  await bot.command("checkout", { channel_id: channel, ...(name !== undefined && { channel_name: name }) });
  await expect.poll(() => bot.world.told.length).toBe(before + 1);
  return bot.world.told.at(-1)?.["response_type"];
}

/** The same of a mention. */
async function mention(channel: string): Promise<unknown> {
  const before = bot.world.posted.length;
  await bot.say("<@U0BOT> checkout", { channel }, {}, { at: Date.now() + later });
  await expect.poll(() => bot.world.posted.length).toBe(before + 1);
  return bot.world.posted.at(-1)?.method === "chat.postMessage" ? "in_channel" : "ephemeral";
}

const lookUps = () => bot.world.heard.filter((it) => it.target === "conversations.info").length;
const named = (name: string) => ok({ channel: { id: "C0X", name } });

describe("a command is answered for everybody", () => {
  test("in a channel that is named, and nowhere else; then there is nothing to share", async () => {
    await start({ channels: ["C0INC"], pattern: null });
    expect(await command("C0INC", "general")).toBe("in_channel");
    expect(JSON.stringify(bot.world.told)).not.toContain('"share"');
    expect(await command("C0OPS", "inc-1")).toBe("ephemeral");
    expect(await command("C0OPS", "privategroup")).toBe("ephemeral");
    expect(lookUps()).toBe(0);
  });

  test("in a channel whose name matches, as the command has it", async () => {
    await start();
    expect(await command("C0NEW", "inc-1234")).toBe("in_channel");
    expect(await command("C0OPS", "linc-ops")).toBe("ephemeral");
    expect(lookUps()).toBe(0);
  });

  test("in a private channel, whose name is looked up once in ten minutes", async () => {
    await start();
    bot.world.script("conversations.info", [named("inc-1"), named("ops")]);
    expect(await command("C0NEW", "privategroup")).toBe("in_channel");
    later = 9 * 60_000;
    expect(await mention("C0NEW")).toBe("in_channel");
    expect(lookUps()).toBe(1);
    later = 11 * 60_000; // it was renamed
    expect(await mention("C0NEW")).toBe("ephemeral");
    expect(lookUps()).toBe(2);
  });

  test("never where somebody speaks to us alone", async () => {
    await start({ pattern: /./ });
    expect(await command("D0ALICE", "directmessage")).toBe("ephemeral");
    expect(lookUps()).toBe(0);
  });
});

describe("where names cannot be looked up, a channel is no incident's", () => {
  test("for want of a scope: said once, and asked again only later", async () => {
    await start();
    const missing = ok({ ok: false, error: "missing_scope", needed: "channels:read", provided: "chat:write" });
    bot.world.script("conversations.info", [missing, missing, missing]);
    for (const channel of ["C0A1", "C0A1", "C0B1"]) expect(await mention(channel)).toBe("ephemeral");
    expect(lookUps()).toBe(2);
    expect(bot.log.filter((it) => it["level"] === "warn")).toMatchObject([{ needed: "channels:read" }]);
  });

  test.each([
    ["is slow", silence],
    ["breaks", status(503)],
    ["has enough of us", rateLimited(30)],
    ["does not show it", refused("channel_not_found")],
  ])("while Slack %s: the answer is given, and the next one looks again", async (_, answer) => {
    await start();
    bot.world.script("conversations.info", [answer, named("inc-1")]);
    expect(await mention("C0NEW")).toBe("ephemeral");
    expect(await mention("C0NEW")).toBe("in_channel");
    const said = bot.log.filter((it) => it["part"] !== "bolt" && it["level"] !== "debug");
    expect(said).toEqual([]);
  });
});
