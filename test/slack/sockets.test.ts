import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bot, commandPayload, createBot, pressPayload } from "./bot.ts";
import { status } from "./scripted-slack.ts";

let bot: Bot;

// An unhandled rejection would end the process: vitest fails the run for any.
beforeEach(async () => {
  bot = await createBot({ mode: "socket" });
});
afterEach(() => bot[Symbol.asyncDispose]());

const deliver = () => bot.world.sockets.deliver("slash_commands", commandPayload(bot.world, "checkout"));

async function start(): Promise<void> {
  await bot.slack.start();
  await expect.poll(() => bot.world.sockets.open()).toBe(2);
}

describe("Socket Mode", () => {
  test("has two connections, and no way in over HTTP", async () => {
    expect(bot.slack.connected()).toBe(false);
    await start();
    expect(bot.slack.connected()).toBe(true);
    expect((await bot.command("checkout")).status).toBe(404);
  });

  test("acknowledges at once and answers for the reader", async () => {
    await start();
    expect(await deliver()).toEqual({});
    await expect.poll(() => bot.world.told).toHaveLength(1);
    expect(bot.world.told[0]).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringMatching(/^checkout in prod/),
    });
  });

  test("answers what is not ours politely here, too", async () => {
    await start();
    const payload = pressPayload(bot.world, { action_id: "gone", value: "x" });
    expect(await bot.world.sockets.deliver("interactive", payload)).toEqual({});
    await expect.poll(() => bot.world.told).toHaveLength(1);
  });

  test("acknowledges also what it cannot read", async () => {
    await start();
    expect(await bot.world.sockets.deliver("interactive", { type: "block_actions", actions: [] })).toEqual({});
  });

  test("refreshed on both connections at once is back at once, again and again, and loses no click", async () => {
    await start();
    for (let round = 1; round <= 2; round += 1) {
      const since = performance.now();
      bot.world.sockets.goodbye();
      await expect.poll(() => bot.world.sockets.open(), { interval: 5, timeout: 4_000 }).toBeGreaterThan(0);
      expect(performance.now() - since).toBeLessThan(4_000); // five seconds without replacing
      expect(await deliver()).toEqual({});
    }
    await expect.poll(() => bot.world.told).toHaveLength(2);
    await expect.poll(() => bot.world.sockets.open()).toBe(2);
  });

  test("cut off without a word comes back", async () => {
    await start();
    bot.world.sockets.drop();
    await expect.poll(() => bot.slack.connected(), { interval: 5 }).toBe(false);
    await expect.poll(() => bot.world.sockets.open()).toBe(2);
    expect(await deliver()).toEqual({});
    await expect.poll(() => bot.slack.connected()).toBe(true);
  });

  test("survives an API that fails three times while both connections are gone", async () => {
    await start();
    bot.world.script("apps.connections.open", [status(503), status(503), status(503)]);
    bot.world.sockets.drop();
    await expect.poll(() => bot.world.sockets.open(), { timeout: 6_000 }).toBe(2);
    expect(await deliver()).toEqual({});
  }, 10_000);

  test("starts although Slack cannot open connections yet, and is ready once it can", async () => {
    bot.world.script("apps.connections.open", [status(503), status(503)]);
    await bot.slack.start();
    expect(bot.slack.connected()).toBe(false);
    await expect.poll(() => bot.slack.connected(), { timeout: 4_000 }).toBe(true);
  });

  test("does not storm a Slack that closes every connection because there are too many", async () => {
    await start();
    const asked = () => bot.world.heard.filter((it) => it.target === "apps.connections.open").length;
    bot.world.sockets.goodbye("too_many_websockets");
    await expect.poll(() => bot.slack.connected()).toBe(false);
    await bot.slack.stop(); // also ends the long pause
    expect(asked()).toBe(2);
  });

  test("stops while connections are being opened, and leaves none behind", async () => {
    await start();
    const late = Promise.withResolvers<void>();
    const connection = (res: ServerResponse) => void late.promise.then(() => bot.world.sockets.connection()(res));
    bot.world.script("apps.connections.open", [connection, connection]);
    bot.world.sockets.drop();
    await expect.poll(() => bot.world.heard.filter((it) => it.target === "apps.connections.open")).toHaveLength(4);
    await bot.slack.stop();
    late.resolve();
    await expect.poll(() => bot.world.sockets.opened()).toBe(4);
    await expect.poll(() => bot.world.sockets.open()).toBe(0);
    expect(bot.slack.connected()).toBe(false);
  });

  test("can be stopped before it has started", async () => {
    await bot.slack.stop();
    await bot.slack.start();
    expect([bot.slack.connected(), bot.world.sockets.opened()]).toEqual([false, 0]);
  });
});
