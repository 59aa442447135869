import { describe, expect, test } from "vitest";
import { createBot } from "./bot.ts";
import { ok, refused, silence, status } from "./scripted-slack.ts";

describe("the start", () => {
  test.each([
    [
      "a wrong token",
      refused("invalid_auth"),
      /^Slack does not accept SLACK_BOT_TOKEN \(invalid_auth\)\. Copy the Bot User/,
    ],
    ["a broken API", status(500), /^Slack's API answers with HTTP status 500\.$/],
    ["no answer at all", silence, /^Slack's API cannot be reached \(.*timeout.*\)\.$/],
  ])("with %s fails in one sentence", async (_, answer, sentence) => {
    await using bot = await createBot({ callMs: 200 });
    bot.world.script("auth.test", [answer, answer, answer]);
    await expect(bot.slack.start()).rejects.toThrow(sentence);
    expect(bot.slack.connected()).toBe(false);
  });

  test("without anybody at Slack's address fails in one sentence", async () => {
    await using bot = await createBot();
    await bot.world.close();
    await expect(bot.slack.start()).rejects.toThrow(/^Slack's API cannot be reached \(.*ECONNREFUSED.*\)\.$/);
  });

  test("with a wrong app token fails in one sentence, and no connection is tried again", async () => {
    await using bot = await createBot({ mode: "socket" });
    bot.world.script("apps.connections.open", [refused("invalid_auth"), refused("invalid_auth")]);
    await expect(bot.slack.start()).rejects.toThrow(
      /^Slack does not accept SLACK_APP_TOKEN \(invalid_auth\)\. Make an App-Level/,
    );
    expect(bot.world.sockets.open()).toBe(0);
  });

  test("is ready when Slack knows us, and not before", async () => {
    await using bot = await createBot();
    expect((await fetch(`${bot.url}/readyz`)).status).toBe(503);
    await bot.slack.start();
    expect((await fetch(`${bot.url}/readyz`)).status).toBe(200);
  });
});

describe("the stop", () => {
  test("waits for what is under way", async () => {
    await using bot = await createBot();
    await bot.slack.start();
    const finish = Promise.withResolvers<void>();
    bot.world.script("response", [(res) => void finish.promise.then(() => ok()(res))]);
    expect((await bot.command("checkout")).status).toBe(200);
    await expect.poll(() => bot.world.told).toHaveLength(1);

    let stopped = false;
    const stop = bot.slack.stop().then(() => (stopped = true));
    expect((await bot.command("checkout")).status).toBe(503);
    expect(stopped).toBe(false);
    finish.resolve();
    await stop;
    expect(bot.log.filter((it) => it["level"] === "warn")).toEqual([]);
  });

  test("does not wait for ever, and says so", async () => {
    await using bot = await createBot({ drainMs: 50 });
    await bot.slack.start();
    bot.world.script("response", [silence]);
    await bot.command("checkout");
    await expect.poll(() => bot.world.told).toHaveLength(1);
    await bot.slack.stop();
    expect(bot.log).toContainEqual(expect.objectContaining({ level: "warn", drainMs: 50 }));
  });

  test("an answer that Slack never takes ends at its deadline, and is given up", async () => {
    await using bot = await createBot({ callMs: 100 });
    await bot.slack.start();
    bot.world.script("response", [silence, silence]);
    await bot.command("checkout");
    await expect
      .poll(() =>
        bot.log.filter((it) => it["reference"] === "abc123" && it["msg"] === "an answer may not have been given"),
      )
      .toHaveLength(1);
    await bot.slack.stop();
    expect(bot.log.filter((it) => it["drainMs"] !== undefined)).toEqual([]); // nothing was left under way
  });
});
