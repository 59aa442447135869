import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Slack } from "../../../sim/slack/server.ts";
import { call } from "./calling.ts";
import { manifest, serve, startWorkspace } from "./workspace.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const alice = "U01ALICE";
let heard: unknown[] = [];
beforeEach(() => {
  heard = [];
});

/** An app that hears everything and says nothing. */
async function start(scopes: readonly string[] = []): Promise<Slack> {
  const base = manifest({ scopes });
  const bot_events = [...base.settings.event_subscriptions.bot_events, "member_joined_channel"];
  const settings = { ...base.settings, event_subscriptions: { bot_events } };
  const slack = await startWorkspace({ manifest: { ...base, settings } });
  const app = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      heard.push(JSON.parse(Buffer.concat(chunks).toString()).event);
      response.end();
    });
  });
  slack.install({ requestUrl: `${app.url}/slack/events` });
  closing.push(slack.close, app.close);
  return slack;
}

const post = (slack: Slack, channel: string) => call(slack, "chat.postMessage", { channel, text: "t" });

describe("an app that somebody brings into a channel", () => {
  test.each([
    ["C01RANDOM", "channels:read", "C"],
    ["C01SECRET", "groups:read", "G"],
  ])("hears of it in %s with the scope %s, and may write there", async (channel, scope, channel_type) => {
    const slack = await start([scope]);
    expect(await post(slack, channel)).toMatchObject({ ok: false });
    expect(await slack.invite({ by: alice, user: slack.botUser, channel })).toMatchObject({ acked: true });
    const event = { type: "member_joined_channel", user: slack.botUser, channel, channel_type, inviter: alice };
    expect(heard).toMatchObject([event]);
    expect(await post(slack, channel)).toMatchObject({ ok: true });
  });

  test("hears nothing without the scope for that kind of channel, and may write there all the same", async () => {
    const slack = await start(["groups:read"]);
    expect(await slack.invite({ by: alice, user: slack.botUser, channel: "C01RANDOM" })).toMatchObject({
      acked: false,
    });
    expect(heard).toEqual([]);
    expect(await post(slack, "C01RANDOM")).toMatchObject({ ok: true });
  });

  test("hears of others who come after it", async () => {
    const slack = await start(["channels:read"]);
    await slack.invite({ by: alice, user: slack.botUser, channel: "C01RANDOM" });
    await slack.invite({ by: alice, user: "U01BOB", channel: "C01RANDOM" });
    expect(heard).toMatchObject([{ user: slack.botUser }, { user: "U01BOB" }]);
    expect(slack.messagesFor("U01BOB", "C01RANDOM")).toEqual([]);
  });

  test("cannot be brought twice, by somebody who is not there, or into what is archived", async () => {
    const slack = await start(["channels:read"]);
    const into = (channel: string, by = alice) => slack.invite({ by, user: slack.botUser, channel });
    await expect(into("C01DEPLOYS")).rejects.toThrow(/already/);
    await expect(into("C01RANDOM", "U01BOB")).rejects.toThrow(/not a member/);
    await expect(into("C01OLD")).rejects.toThrow(/archived/);
  });
});

test("an app that was removed is not told, and may not write there any more", async () => {
  const slack = await start(["channels:read"]);
  slack.remove({ by: alice, user: slack.botUser, channel: "C01DEPLOYS" });
  expect(heard).toEqual([]);
  expect(await post(slack, "C01DEPLOYS")).toMatchObject({ error: "not_in_channel" });
});

test("a channel that is archived takes no message until it is opened again", async () => {
  const slack = await start();
  slack.archive("C01DEPLOYS");
  expect(await post(slack, "C01DEPLOYS")).toMatchObject({ error: "is_archived" });
  slack.archive("C01DEPLOYS", false);
  expect(await post(slack, "C01DEPLOYS")).toMatchObject({ ok: true });
});
