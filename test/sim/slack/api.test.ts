import { afterEach, describe, expect, test } from "vitest";
import { objectAt, stringAt } from "../../../sim/slack/json.ts";
import type { Slack, SlackOptions } from "../../../sim/slack/server.ts";
import { call, lastDelivery, post, respond, texts } from "./calling.ts";
import { createClock, manifest, startWorkspace } from "./workspace.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: Partial<SlackOptions> = {}): Promise<Slack> {
  const slack = await startWorkspace(options);
  closing.push(slack.close);
  return slack;
}

const channel = "C01DEPLOYS";
const blocks = [{ type: "divider" }];
const richText = [{ type: "rich_text", elements: [] }];

describe("every call", () => {
  test("needs a token of the right kind", async () => {
    const slack = await start({ manifest: manifest({ socket: true }) });
    expect(await call(slack, "auth.test", {}, { token: null })).toMatchObject({ ok: false, error: "not_authed" });
    expect(await call(slack, "auth.test", {}, { token: "xoxb-other" })).toMatchObject({ error: "invalid_auth" });
    expect(await call(slack, "auth.test", {}, { token: slack.appToken })).toMatchObject({
      error: "not_allowed_token_type",
    });
    expect(await call(slack, "apps.connections.open")).toMatchObject({ error: "not_allowed_token_type" });
    expect(await call(slack, "auth.test", { token: slack.botToken }, { token: null })).toMatchObject({
      ok: true,
      user_id: slack.botUser,
    });
    expect(await call(slack, "auth.test", { token: slack.botToken }, { token: null, as: "json" })).toMatchObject({
      error: "not_authed",
    });
  });

  test("names a method that exists", async () => {
    expect(await call(await start(), "chat.shout")).toMatchObject({
      error: "unknown_method",
      req_method: "chat.shout",
    });
  });

  test("needs the scope, and is told which", async () => {
    const slack = await start({ manifest: { ...manifest(), oauth_config: { scopes: { bot: ["commands"] } } } });
    expect(await call(slack, "chat.postMessage", { channel, text: "t" })).toMatchObject({
      error: "missing_scope",
      needed: "chat:write",
      provided: "commands",
    });
  });

  test("may come as a form or as JSON", async () => {
    const slack = await start();
    for (const as of ["form", "json"] as const) {
      expect(
        await call(slack, "chat.postMessage", { channel, text: "t", blocks, unfurl_links: false }, { as }),
      ).toMatchObject({ ok: true });
    }
    const [first, second] = slack.calls;
    expect(first?.payload).toMatchObject({ channel, unfurl_links: "false" });
    expect(second?.payload).toMatchObject({ channel, unfurl_links: false });
  });

  test("takes known arguments of the right kind", async () => {
    const slack = await start();
    const wrong = async (args: object) => call(slack, "chat.postMessage", { channel, text: "t", ...args });
    expect(await wrong({ attachements: "[]" })).toMatchObject({ error: "invalid_arguments" });
    expect(await wrong({ unfurl_links: "maybe" })).toMatchObject({ error: "invalid_arguments" });
    expect(await wrong({ blocks: "not json" })).toMatchObject({ error: "invalid_blocks_format" });
    expect(await call(slack, "chat.postMessage", { text: "t" })).toMatchObject({ error: "invalid_arguments" });
  });

  test("is written down with its verdict, and without its token", async () => {
    const slack = await start();
    const heard: string[] = [];
    const leave = slack.subscribe((it) => heard.push(it.what));
    await call(slack, "chat.postMessage", { channel, text: "t", blocks: [{ type: "nope" }] });
    await call(slack, "chat.postMessage", { channel, text: "t", token: slack.botToken });
    leave();
    await call(slack, "auth.test");
    expect(heard).toEqual(["call", "message", "call"]);
    expect(slack.calls[0]).toMatchObject({
      method: "chat.postMessage",
      answer: { error: "invalid_blocks" },
      problems: ["[ERROR] unsupported type: nope [json-pointer:/blocks/0/type]"],
    });
    expect(JSON.stringify(slack.calls)).not.toContain(slack.botToken);
  });
});

describe("posting", () => {
  test.each([
    ["to a channel nobody knows", { channel: "C0NOWHERE" }, "channel_not_found"],
    ["to a private channel without us", { channel: "C01SECRET" }, "channel_not_found"],
    ["to a public channel without us", { channel: "C01RANDOM" }, "not_in_channel"],
    ["to an archived channel", { channel: "C01OLD" }, "is_archived"],
    ["to somebody who left", { channel: "U01DAVE" }, "user_disabled"],
    ["to ourselves", { channel: "U0SIMBOT" }, "cannot_dm_bot"],
    ["nothing", { text: "" }, "no_text"],
    ["into a thread that is none", { thread_ts: "1.000001" }, "thread_not_found"],
    [
      "metadata that is deep",
      { metadata: { event_type: "e", event_payload: { a: { b: {} } } } },
      "invalid_metadata_format",
    ],
    ["a broadcast of what is no reply", { reply_broadcast: true }, "invalid_arguments"],
  ])("%s is refused", async (_, args, error) => {
    const slack = await start();
    expect(await call(slack, "chat.postMessage", { channel, text: "t", ...args })).toMatchObject({ ok: false, error });
    expect(slack.messagesFor("U01ALICE", channel)).toEqual([]);
  });

  test("to a public channel without us needs a scope of its own", async () => {
    const slack = await start({ manifest: manifest({ scopes: ["chat:write.public"] }) });
    await post(slack, { channel: "C01RANDOM" });
    expect(slack.messagesFor("U01ALICE", "C01RANDOM")).toHaveLength(1);
  });

  test("to a person's id opens the conversation with them", async () => {
    const slack = await start();
    await post(slack, { channel: "U01BOB", text: "psst" });
    expect(slack.messagesFor("U01BOB", "D01BOB").map((it) => it.text)).toEqual(["psst"]);
    expect(() => slack.messagesFor("U01ALICE", "D01BOB")).toThrow("not a member");
  });

  test("an ephemeral message needs a reader in the channel, and is only theirs", async () => {
    const slack = await start();
    const ephemeral = async (user: string) => call(slack, "chat.postEphemeral", { channel, user, text: "t" });
    expect(await ephemeral("U01CAROL")).toMatchObject({ error: "user_not_in_channel" });
    const answer = await ephemeral("U01ALICE");
    expect(answer).toMatchObject({ ok: true });
    expect(slack.messagesFor("U01ALICE", channel)).toHaveLength(1);
    expect(slack.messagesFor("U01BOB", channel)).toEqual([]);
    const [{ ts } = { ts: "" }] = slack.ephemerals();
    expect(await call(slack, "chat.update", { channel, ts, text: "u" })).toMatchObject({ error: "message_not_found" });
    expect(await call(slack, "chat.getPermalink", { channel, message_ts: ts })).toMatchObject({
      error: "message_not_found",
    });
  });

  test("too much text in blocks is refused here, not over a response_url", async () => {
    const slack = await start();
    const section = { type: "section", text: { type: "plain_text", text: "x".repeat(2_600) } };
    const long = [section, section, section, section];
    const args = { channel, text: "t", blocks: long };
    expect(await call(slack, "chat.postMessage", args)).toMatchObject({ error: "msg_blocks_too_long" });
    await slack.command({ user: "U01ALICE", channel, text: "/whatsrunning" });
    expect(await respond(lastDelivery(slack).responseUrl, { blocks: long })).toMatchObject({ status: 200 });
  });
});

describe("updating", () => {
  test("what is left out: blocks go, attachments and metadata stay", async () => {
    const slack = await start();
    const metadata = { event_type: "wr_deploy", event_payload: { id: "1" } };
    const ts = await post(slack, { blocks, attachments: [{ color: "good", fallback: "f", blocks }], metadata });
    expect(await call(slack, "chat.update", { channel, ts, text: "new" })).toMatchObject({ ok: true, ts });
    expect(slack.message(channel, ts)).toMatchObject({
      text: "new",
      blocks: [],
      attachments: [{ color: "good" }],
      metadata,
      edited: true,
    });
  });

  test.each([
    ["more than 4,000 characters", { text: "x".repeat(4_001) }, "msg_too_long"],
    ["a broadcast and a change at once", { text: "u", reply_broadcast: true }, "no_dual_broadcast_content_update"],
    ["rich text by something else", { text: "u", blocks }, "block_mismatch"],
    ["a message that is not there", { text: "u", ts: "1.000001" }, "message_not_found"],
  ])("%s is refused", async (_, args, error) => {
    const slack = await start();
    const ts = await post(slack, { blocks: richText });
    expect(await call(slack, "chat.update", { channel, ts, ...args })).toMatchObject({ ok: false, error });
  });

  test("somebody else's message is refused", async () => {
    const slack = await start();
    const ts = slack.say({ user: "U01ALICE", channel, text: "mine" });
    expect(await call(slack, "chat.update", { channel, ts, text: "u" })).toMatchObject({
      error: "cant_update_message",
    });
  });
});

describe("reading", () => {
  test("history needs its scope, hides ephemerals and replies, and gives metadata only when asked", async () => {
    expect(await call(await start(), "conversations.history", { channel })).toMatchObject({
      error: "missing_scope",
      needed: "channels:history",
    });
    const slack = await start({ manifest: manifest({ scopes: ["channels:history"] }) });
    const metadata = { event_type: "e", event_payload: { id: "1" } };
    const ts = await post(slack, { text: "one", metadata });
    await post(slack, { text: "reply", thread_ts: ts });
    await post(slack, { text: "loud reply", thread_ts: ts, reply_broadcast: true });
    await call(slack, "chat.postEphemeral", { channel, user: "U01BOB", text: "secret" });
    const plain = await call(slack, "conversations.history", { channel });
    expect(texts(plain)).toEqual(["loud reply", "one"]);
    expect(JSON.stringify(plain)).not.toContain("event_payload");
    const full = await call(slack, "conversations.history", { channel, include_all_metadata: true });
    expect(full).toMatchObject({ messages: [{}, { text: "one", metadata }] });
    expect(texts(await call(slack, "conversations.replies", { channel, ts }))).toEqual(["one", "reply", "loud reply"]);
    expect(await call(slack, "conversations.replies", { channel, ts: "1.000001" })).toMatchObject({
      error: "thread_not_found",
    });
  });

  test("history comes in pages", async () => {
    const slack = await start({ manifest: manifest({ scopes: ["channels:history"] }) });
    for (const text of ["1", "2", "3"]) await post(slack, { text });
    const first = await call(slack, "conversations.history", { channel, limit: 2 });
    expect(texts(first)).toEqual(["3", "2"]);
    const cursor = stringAt(objectAt(first, "response_metadata"), "next_cursor") ?? "";
    expect(texts(await call(slack, "conversations.history", { channel, limit: 2, cursor }))).toEqual(["1"]);
    expect(await call(slack, "conversations.history", { channel, cursor: "x" })).toMatchObject({
      error: "invalid_cursor",
    });
  });

  test("people, groups, channels and links", async () => {
    const slack = await start({ manifest: manifest({ scopes: ["channels:read"] }) });
    const info = async (user: string) => call(slack, "users.info", { user });
    expect(await info("U01ALICE")).toMatchObject({ user: { tz: "Europe/Berlin", is_restricted: false } });
    expect(await info("U01CAROL")).toMatchObject({ user: { is_restricted: true, is_ultra_restricted: false } });
    expect(await info("U01DAVE")).toMatchObject({ user: { deleted: true } });
    expect(await info("U01EVE")).toMatchObject({ user: { team_id: "T0OTHER", is_stranger: true } });
    expect(await info("U0NOBODY")).toMatchObject({ error: "user_not_found" });
    const group = async (usergroup: string) => call(slack, "usergroups.users.list", { usergroup });
    expect(await group("S01SRE")).toMatchObject({ users: ["U01BOB"] });
    expect(await group("S0NONE")).toMatchObject({ error: "no_such_subteam" });
    expect(await call(slack, "conversations.info", { channel })).toMatchObject({
      channel: { name: "deploys", is_member: true },
    });
    expect(await call(slack, "conversations.info", { channel: "C01SECRET" })).toMatchObject({
      error: "channel_not_found",
    });
    const ts = await post(slack, {});
    expect(await call(slack, "chat.getPermalink", { channel, message_ts: ts })).toMatchObject({
      permalink: `https://simulated.slack.com/archives/${channel}/p${ts.replace(".", "")}`,
    });
  });

  test("groups need a paid plan", async () => {
    const slack = await start({ paid: false });
    expect(await call(slack, "usergroups.users.list", { usergroup: "S01SRE" })).toMatchObject({
      error: "plan_upgrade_required",
    });
  });
});

describe("limits and faults", () => {
  test("one message a second and channel, fifty updates a minute", async () => {
    const clock = createClock();
    const slack = await start({ rateLimits: true, now: clock.now });
    const ts = await post(slack, {});
    const again = await call(slack, "chat.postMessage", { channel, text: "t" });
    expect(again).toMatchObject({ status: 429, error: "ratelimited" });
    expect(again.headers.get("retry-after")).toBe("1");
    await post(slack, { channel: "U01BOB" });
    clock.advance(1_000);
    await post(slack, {});
    for (let count = 1; count <= 50; count += 1) await call(slack, "chat.update", { channel, ts, text: "u" });
    const over = await call(slack, "chat.update", { channel, ts, text: "u" });
    expect(over.status).toBe(429);
    expect(over.headers.get("retry-after")).toBe("60");
    clock.advance(60_000);
    expect(await call(slack, "chat.update", { channel, ts, text: "u" })).toMatchObject({ ok: true });
  });

  test("the next call of a method can be made to go wrong, and only that one", async () => {
    const slack = await start();
    const send = async () => call(slack, "chat.postMessage", { channel, text: "t" });
    slack.failNext("chat.postMessage", { kind: "rate-limited", seconds: 7 });
    slack.failNext("chat.postMessage", { kind: "status", status: 503 });
    slack.failNext("chat.postMessage", { kind: "error", error: "fatal_error" });
    slack.failNext("chat.postMessage", { kind: "lost-request" });
    expect((await send()).headers.get("retry-after")).toBe("7");
    expect(await call(slack, "auth.test")).toMatchObject({ ok: true });
    expect(await send()).toMatchObject({ status: 503 });
    expect(await send()).toMatchObject({ status: 200, error: "fatal_error" });
    await expect(send()).rejects.toThrow("fetch failed");
    expect(slack.messagesFor("U01BOB", channel)).toEqual([]);
    slack.failNext("chat.postMessage", { kind: "lost-answer" });
    await expect(send()).rejects.toThrow("fetch failed");
    expect(slack.messagesFor("U01BOB", channel)).toHaveLength(1);
    slack.failNext("chat.postMessage", { kind: "slow", ms: 20 });
    expect(await send()).toMatchObject({ ok: true });
  });

  test("an app that was never installed cannot be reached", async () => {
    const slack = await start();
    expect(await slack.command({ user: "U01ALICE", channel, text: "/whatsrunning" })).toMatchObject({
      failure: "dispatch_failed",
    });
    expect(lastDelivery(slack).trigger).not.toBe("");
  });
});
