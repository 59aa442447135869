import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bot, commandPayload, createBot, form, signed } from "./bot.ts";
import { ok } from "./scripted-slack.ts";

const minute = 60_000;
let bot: Bot;

beforeEach(async () => {
  bot = await createBot();
  await bot.slack.start();
});
afterEach(() => bot[Symbol.asyncDispose]());

const body = () => form(commandPayload(bot.world, "checkout"));

describe("a request over HTTP", () => {
  test("is acknowledged empty before the answer is given, and answered for its reader only", async () => {
    const answered = Promise.withResolvers<void>();
    bot.world.script("response", [(res) => void answered.promise.then(() => ok()(res))]);
    const response = await bot.command("checkout");
    expect([response.status, await response.text()]).toEqual([200, ""]);
    answered.resolve();
    await expect.poll(() => bot.world.told).toHaveLength(1);
    expect(bot.world.told[0]).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringMatching(/^checkout in prod: all 3 pods run sha256:a{12}/),
    });
  });

  test.each<[string, (text: string) => Record<string, string>]>([
    ["without a signature", () => ({ "content-type": "application/x-www-form-urlencoded" })],
    ["with another secret's signature", (it) => signed(it, { secret: "another secret of 20 letters" })],
    ["with the signature of another body", () => signed("text=other")],
    ["six minutes old", (it) => signed(it, { at: Date.now() - 6 * minute })],
    ["six minutes from the future", (it) => signed(it, { at: Date.now() + 6 * minute })],
    ["a year from the future", (it) => signed(it, { at: Date.now() + 365 * 24 * 60 * minute })],
    ["with a time that is no number", (it) => ({ ...signed(it), "x-slack-request-timestamp": "NaN" })],
    ["with a signature that goes on", (it) => ({ ...signed(it), ...longer(it) })],
    ["that only claims to check our certificate", () => ({ "content-type": "application/x-www-form-urlencoded" })],
  ])("%s is refused and does nothing", async (name, headersOf) => {
    const text = name.includes("certificate") ? `ssl_check=1&${body()}` : body();
    const response = await fetch(`${bot.url}/slack/events`, { method: "POST", body: text, headers: headersOf(text) });
    expect([response.status, await response.text()]).toEqual([401, ""]);
    // What was refused left no trace: the same text, rightly signed, is heard, and it is the only one.
    expect((await bot.post(text.replace("ssl_check=1&", ""))).status).toBe(200);
    await expect.poll(() => bot.world.told).toHaveLength(1);
  });

  test("four minutes off, either way, is a clock that is not quite right", async () => {
    for (const at of [Date.now() - 4 * minute, Date.now() + 4 * minute]) {
      expect((await bot.post(body(), { at })).status).toBe(200);
    }
  });

  test("sent again unchanged is refused, also when both come at once and in another spelling", async () => {
    const text = body();
    const headers = signed(text);
    const send = (more: object = {}) =>
      fetch(`${bot.url}/slack/events`, { method: "POST", body: text, headers: { ...headers, ...more } });
    const both = await Promise.all([send(), send()]);
    expect(both.map((it) => it.status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect((await send()).status).toBe(401);
    expect((await send({ "x-slack-signature": `${headers["x-slack-signature"]}=x` })).status).toBe(401);
    expect((await send({ "x-slack-signature": headers["x-slack-signature"].toUpperCase() })).status).toBe(401);
    expect((await send({ "x-slack-request-timestamp": `${headers["x-slack-request-timestamp"]}.0` })).status).toBe(401);
    await expect.poll(() => bot.world.told).toHaveLength(1);
  });

  test("that Slack sends again, signed anew, is heard", async () => {
    const text = body();
    expect((await bot.post(text)).status).toBe(200);
    const retry = {
      at: Date.now() + 1000,
      headers: { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" },
    };
    expect((await bot.post(text, retry)).status).toBe(200);
  });

  test("that borrows the signature of one still to come does not keep that one out", async () => {
    const text = body();
    const send = (it: string) => fetch(`${bot.url}/slack/events`, { method: "POST", body: it, headers: signed(text) });
    expect((await send(`${text}&text=other`)).status).toBe(401);
    expect((await send(text)).status).toBe(200);
  });

  test("of a megabyte and more is refused, announced or not", async () => {
    const large = "a".repeat(1_100_000);
    const announced = await fetch(`${bot.url}/slack/events`, { method: "POST", body: large, headers: signed(large) });
    expect(announced.status).toBe(413);
    const stream = new Blob([large]).stream();
    const init = { method: "POST", body: stream, duplex: "half" as const, headers: signed(large) };
    expect((await fetch(`${bot.url}/slack/events`, init)).status).toBe(413);
    expect((await bot.command("checkout")).status).toBe(200);
  });

  test.each(["null", "[]", '"x"', "1", "{", ""])(
    "whose signed JSON is %j is refused, and the bot lives on",
    async (text) => {
      expect((await bot.post(text, { headers: { "content-type": "application/json" } })).status).toBe(400);
      expect((await bot.post(form({ payload: text }))).status).toBe(400);
      expect((await bot.command("checkout")).status).toBe(200);
    },
  );

  test("to another path or by another method is refused", async () => {
    const text = body();
    const to = (path: string, method = "POST") =>
      fetch(`${bot.url}${path}`, { method, headers: signed(text), ...(method === "POST" && { body: text }) });
    expect((await to("/slack/events/")).status).toBe(404);
    expect((await to("/slack/install")).status).toBe(404);
    expect((await to("//slack/events")).status).toBe(404);
    const get = await to("/slack/events", "GET");
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("before the start and after the stop is sent away to try again", async () => {
    await bot.slack.stop();
    const response = await bot.command("checkout");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  });
});

function longer(text: string): Record<string, string> {
  return { "x-slack-signature": `${signed(text)["x-slack-signature"]}=more` };
}
