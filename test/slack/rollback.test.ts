import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { type Slack as SimSlack, startSlack } from "../../sim/slack/server.ts";
import { systemClock } from "../../src/clock.ts";
import type { Wanted } from "../../src/core/plan/wanted.ts";
import { createLog } from "../../src/log.ts";
import { createSlack } from "../../src/slack/app.ts";
import { createModals } from "../../src/slack/modals.ts";
import type { Slack } from "../../src/slack/app.ts";
import { digest } from "../core/given.ts";
import { createWorld, rules, type World } from "../flows/plan/world.ts";

/** The dialog, pressed by a person in a workspace. The cluster behind it is small, and everything of ours is real. */

const bob = "U01BOB";
const wanted: Wanted = { environment: "prod", service: "checkout", of: null, to: null };
const members = ["U0SIMBOT", bob];
let world: World;
let slack: SimSlack;
let bot: Slack;

const nothing = async () => ({ text: "nothing", blocks: [], attachments: [] });

beforeEach(async () => {
  world = await createWorld();
  slack = await startSlack({
    manifest: parse(readFileSync("manifest.yml", "utf8")),
    people: [{ id: bob, name: "bob" }],
    channels: [{ id: "C0DEPLOYS", name: "deploys", members }],
  });
  const log = createLog({ level: "silent" });
  const settings = { botToken: slack.botToken, apiUrl: slack.apiUrl };
  bot = createSlack({
    settings: { ...settings, receive: { mode: "socket", appToken: slack.appToken } },
    asking: { ask: nothing, again: nothing, about: nothing, wanted: () => wanted },
    rollback: { ...world.planning(createModals({ settings, log })), ...world.deciding },
    log,
    clock: systemClock,
    newReference: () => "abc123",
  });
  await bot.start();
  await world.deploy(`ghcr.io/shop/checkout@${digest("a")}`);
  await world.release(`ghcr.io/shop/checkout@${digest("b")}`);
  await world.release("ghcr.io/shop/checkout:3-crash", "failed");
});
afterEach(async () => {
  await bot.stop();
  await slack.close();
  await world.close();
});

const top = () => slack.viewsFor(bob).at(-1);
const text = () => JSON.stringify(top()?.content ?? {});

async function shows(words: RegExp): Promise<string> {
  await expect.poll(text, { timeout: 8_000 }).toMatch(words);
  return top()?.id ?? "";
}

test("another target is another plan, and what was typed stays; an overtaken plan leads to the next", async () => {
  await slack.command({ user: bob, channel: "C0DEPLOYS", text: "/whatsrunning rollback checkout" });
  const view = await shows(/back to `sha256:bbbbbbbbbbbb`.*known to be good/);
  const [, oldest] = [...text().matchAll(/"text":"(revision \d[^"]*)[^{}]*},"value":"([^"]+)"/g)].map(
    ([, , uid]) => uid,
  );
  world.changing.rules = { ...rules, confirm: "typed" };
  await slack.click({ user: bob, view, actionId: "plan_target", value: oldest ?? "" });
  await shows(/back to `sha256:aaaaaaaaaaaa`/);
  const mistyped = await slack.submit({ user: bob, view, values: { reason: "errors", typed: "chekout" } });
  expect(mistyped).toMatchObject({ effect: "errors", errors: { typed: "That is not checkout." } });
  world.changing.rules = rules;
  await slack.click({ user: bob, view, actionId: "plan_target", value: oldest ?? "" });
  await shows(/back to `sha256:aaaaaaaaaaaa`.*"initial_value":"errors"/);

  await world.release(`ghcr.io/shop/checkout@${digest("d")}`);
  const overtaken = await slack.submit({ user: bob, view, values: { reason: "errors" } });
  expect(overtaken).toMatchObject({ effect: "updated", refused: [] });
  await shows(/somebody changed its template since this plan was made.*Check again/);
  await slack.click({ user: bob, view, actionId: "plan_again" });
  await shows(/from `sha256:dddddddddddd`.*to `sha256:aaaaaaaaaaaa`/);
  expect(await slack.submit({ user: bob, view, values: { reason: "errors" } })).toMatchObject({ effect: "updated" });
  await shows(/Rolling back \*checkout\* in \*prod\*.*<#C0DEPLOYS>/);
});

test("when Slack does not take what was found, it is tried again, and never says Checking for ever", async () => {
  slack.failNext("views.update", { kind: "status", status: 503 });
  await slack.command({ user: bob, channel: "C0DEPLOYS", text: "/whatsrunning rollback checkout" });
  await shows(/back to `sha256:bbbbbbbbbbbb`/);
  await slack.dismiss({ user: bob, view: top()?.id ?? "" });
  for (const _ of [1, 2]) slack.failNext("views.update", { kind: "error", error: "view_too_large" });
  await slack.command({ user: bob, channel: "C0DEPLOYS", text: "/whatsrunning rollback checkout" });
  expect(await shows(/something broke while I checked, and nothing was changed/)).not.toBe("");
});

test("when Slack took too long to open it, there is a button to try again", async () => {
  slack.failNext("views.open", { kind: "error", error: "expired_trigger_id" });
  await slack.command({ user: bob, channel: "C0DEPLOYS", text: "/whatsrunning rollback checkout" });
  await expect.poll(() => slack.ephemerals(bob).at(-1)?.text).toMatch(/took too long to open/);
  const message = { channel: "C0DEPLOYS", ts: slack.ephemerals(bob).at(-1)?.ts ?? "" };
  await slack.click({ user: bob, message, actionId: "rollback_0" });
  await shows(/back to `sha256:bbbbbbbbbbbb`/);
});
