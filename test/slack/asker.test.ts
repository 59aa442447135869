import { afterEach, expect, test } from "vitest";
import type { People } from "../../src/ports.ts";
import { type Bot, createBot, realAsking } from "./bot.ts";

/** Each door says who asks: what somebody means by a time depends on where they are. */

let bot: Bot;
afterEach(() => bot[Symbol.asyncDispose]());

async function start(people: People): Promise<void> {
  bot = await createBot({ asking: realAsking(people) });
  await bot.slack.start();
}

const asked: string[] = [];
const inBerlin: People = {
  zoneOf: async (user) => {
    asked.push(user);
    return user === "U0ALICE" ? "Europe/Berlin" : null;
  },
};
const evening = "checkout prod at today 18:00"; // it is 14:00 UTC
const told = () => [...bot.world.told, ...bot.world.posted].map((it) => it["text"]);

test.each([
  ["a command", () => bot.command(evening)],
  ["a mention", () => bot.say(`<@U0BOT> ${evening}`)],
  ["a direct message", () => bot.say(evening, { type: "message", channel: "D0ALICE", channel_type: "im" })],
])("the time in %s is meant in the asker's zone", async (_, ask) => {
  await start(inBerlin);
  await ask();
  await expect.poll(told).toEqual(["2026-11-23 18:00 Europe/Berlin is in the future."]);
});

test("in UTC where nobody knows the zone, and that is said", async () => {
  await start(inBerlin);
  await bot.command(evening, { user_id: "U0BOB" });
  await expect.poll(told).toEqual(["2026-11-23 18:00 UTC is in the future."]);
});

test("a question without a time looks nobody up", async () => {
  asked.length = 0;
  await start(inBerlin);
  await bot.command("checkout prod");
  await expect.poll(told).toHaveLength(1);
  expect(asked).toEqual([]);
});
