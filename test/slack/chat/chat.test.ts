import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KnownBlock } from "@slack/types";
import { type Chatting, never, post, said, startChatting } from "./chatting.ts";

let it: Chatting;
beforeEach(async () => {
  it = await startChatting();
});
afterEach(() => it[Symbol.asyncDispose]());

const shown = (channel = "C0DEPLOYS") => it.slack.messagesFor("U0ALICE", channel);

async function posted(key: string, more: Parameters<typeof post>[1] = {}) {
  const told = await it.chat.post(post(key, more), never);
  if (told.kind !== "done") throw new Error(`not posted: ${JSON.stringify(told)}`);
  it.pass(2_000);
  return told.value;
}

const find = (key: string, more: object = {}) =>
  it.chat.find({ channel: "C0DEPLOYS", thread: null, key, since: Date.now() - 60_000, ...more }, never);

describe("a message", () => {
  test("is posted with its key, and without previews of its links", async () => {
    const { channel, ts } = await posted("r1");
    expect(shown()).toMatchObject([
      { channel, ts, text: "release r1", metadata: { event_type: "whatsrunning", event_payload: { key: "r1" } } },
    ]);
    expect(it.slack.calls.at(-1)?.payload).toMatchObject({ unfurl_links: "false", unfurl_media: "false" });
  });

  test("answers in a thread, and is shown to the channel where that is wanted", async () => {
    const { ts: thread } = await posted("r1");
    await posted("r1/detail", { thread });
    await posted("r1/failed", { thread, broadcast: true });
    expect(shown().map((one) => [one.text, one.thread, one.broadcast])).toEqual([
      ["release r1", null, false],
      ["release r1/detail", thread, false],
      ["release r1/failed", thread, true],
    ]);
  });

  test("that says more than an edit takes keeps what is seen, and some of what is heard", async () => {
    const at = await posted("r1");
    await it.chat.edit(at, { ...said("seen"), text: "heard ".repeat(2_000) }, never);
    expect(shown()[0]).toMatchObject({ text: expect.stringMatching(/^heard .* …$/), blocks: [{ type: "section" }] });
    expect(it.slack.calls).toHaveLength(2);
  });

  test("is edited whole, and keeps its key", async () => {
    const attachments = [{ color: "#16A34A", fallback: "f", blocks: said("green").blocks }];
    const at = await posted("r1", { message: { ...said("started"), attachments } });
    expect(await it.chat.edit(at, said("done"), never)).toEqual({ kind: "done", value: null });
    expect(shown()).toMatchObject([{ ts: at.ts, text: "done", attachments: [], edited: false }]);
    expect(shown()[0]?.metadata).toEqual({ event_type: "whatsrunning", event_payload: { key: "r1" } });
    expect(shown()[0]?.blocks).toHaveLength(1);
  });
});

describe("a message that Slack does not take as it is built", () => {
  const wrong: KnownBlock[] = [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3_001) } }];

  test("is posted in words alone, with its key", async () => {
    await posted("r1", { message: { text: "release r1 failed", blocks: wrong, attachments: [] } });
    expect(shown()).toMatchObject([
      { text: "release r1 failed", blocks: [], metadata: { event_payload: { key: "r1" } } },
    ]);
  });

  test("is edited to words alone, as many as an edit takes", async () => {
    const at = await posted("r1");
    const text = `${"release r1 failed because of &lt;this&gt; ".repeat(200)}end`;
    expect(await it.chat.edit(at, { text, blocks: wrong, attachments: [] }, never)).toMatchObject({ kind: "done" });
    expect(shown()[0]?.text).toMatch(/^release r1 failed .* …$/);
    expect(shown()[0]?.text.length).toBeLessThanOrEqual(4_000);
  });

  test("waits until the refused call no longer counts against the channel", async () => {
    await it[Symbol.asyncDispose]();
    it = await startChatting({ limits: true });
    await posted("r1", { message: { text: "release r1", blocks: wrong, attachments: [] } });
    expect(shown()).toMatchObject([{ text: "release r1", blocks: [] }]);
    expect(it.slept).toHaveLength(1);
  });

  test("and that has no words is refused", async () => {
    const told = await it.chat.post(post("r1", { message: { text: "", blocks: wrong, attachments: [] } }), never);
    expect(told).toMatchObject({ kind: "refused", what: "content" });
    expect(shown()).toEqual([]);
  });
});

describe("what came of a call is told for certain or not at all", () => {
  test.each([
    ["channel_not_found", "channel"],
    ["not_in_channel", "channel"],
    ["is_archived", "channel"],
    ["restricted_action_read_only_channel", "channel"],
    ["missing_scope", "not granted"],
    ["thread_not_found", "message gone"],
    ["account_inactive", "other"],
    ["something_new", "other"],
  ])("%s is a refusal for its %s", async (error, what) => {
    it.slack.failNext("chat.postMessage", { kind: "error", error });
    const told = await it.chat.post(post("r1"), never);
    expect(told).toMatchObject({ kind: "refused", what, because: expect.any(String) });
    expect(it.slack.calls).toHaveLength(1);
  });

  test.each([
    ["an internal error", { kind: "error", error: "internal_error" }],
    ["a status of 503", { kind: "status", status: 503 }],
    ["a broken connection", { kind: "lost-request" }],
    ["silence", { kind: "slow", ms: 400 }],
  ] as const)("%s leaves it open whether it was posted, and nothing is repeated", async (_, fault) => {
    await it[Symbol.asyncDispose]();
    it = await startChatting({ callMs: 200 });
    it.slack.failNext("chat.postMessage", fault);
    expect(await it.chat.post(post("r1"), never)).toMatchObject({ kind: "unknown", because: expect.any(String) });
    await new Promise((resolve) => setTimeout(resolve, fault.kind === "slow" ? 400 : 0));
    expect(it.slack.calls).toHaveLength(1);
  });

  test("a channel that does not exist, that we are not in, that was archived or that we were taken out of", async () => {
    for (const channel of ["C0NONE", "C0AWAY"]) {
      expect(await it.chat.post(post("r1", { channel }), never)).toMatchObject({ kind: "refused", what: "channel" });
    }
    it.slack.archive("C0OTHER");
    expect(await it.chat.post(post("r1", { channel: "C0OTHER" }), never)).toMatchObject({ because: /archived/ });
    await posted("r1");
    it.slack.remove({ by: "U0ALICE", user: it.slack.botUser, channel: "C0DEPLOYS" });
    expect(await it.chat.post(post("r2"), never)).toMatchObject({ what: "channel", because: /invite/ });
  });

  test("an edit of a message that is gone, or that is not ours", async () => {
    const ts = it.slack.say({ user: "U0ALICE", channel: "C0DEPLOYS", text: "hello" });
    for (const at of [ts, "1.000001"]) {
      const told = await it.chat.edit({ channel: "C0DEPLOYS", ts: at }, said("x"), never);
      expect(told).toMatchObject({ kind: "refused", what: "message gone" });
    }
  });

  test("a stop before the call sends nothing, and one during the call lets it end", async () => {
    await expect(it.chat.post(post("r1"), AbortSignal.abort(new Error("stopping")))).rejects.toThrow("stopping");
    expect(it.slack.calls).toEqual([]);
    it.slack.failNext("chat.postMessage", { kind: "slow", ms: 100 });
    expect(await it.chat.post(post("r1"), AbortSignal.timeout(20))).toMatchObject({ kind: "done" });
  });
});

describe("messages are found again by their key", () => {
  beforeEach(async () => {
    await it[Symbol.asyncDispose]();
    it = await startChatting({ scopes: ["chat:write", "channels:history"] });
  });

  test("also the one whose answer was lost", async () => {
    it.slack.failNext("chat.postMessage", { kind: "lost-answer" });
    expect(await it.chat.post(post("r1"), never)).toMatchObject({ kind: "unknown" });
    it.pass(2_000);
    await posted("r2");
    const ts = shown()[0]?.ts;
    expect(await find("r1")).toEqual({ kind: "done", value: [{ channel: "C0DEPLOYS", ts }] });
    expect(await find("r3")).toEqual({ kind: "done", value: [] });
  });

  test("oldest first, after an edit too, and over several pages", async () => {
    const first = await posted("r1");
    for (let count = 0; count < 205; count += 1) it.slack.say({ user: "U0ALICE", channel: "C0DEPLOYS", text: "words" });
    const second = await posted("r1");
    await it.chat.edit(first, said("done"), never);
    expect(await find("r1")).toEqual({ kind: "done", value: [first, second] });
    expect(it.slack.calls.filter((one) => one.method === "conversations.history")).toHaveLength(2);
  });

  test("in their thread", async () => {
    const { ts: thread } = await posted("r1");
    const detail = await posted("r1/detail", { thread });
    expect(await find("r1/detail", { thread })).toEqual({ kind: "done", value: [detail] });
    expect(await find("r1/detail")).toEqual({ kind: "done", value: [] });
    expect(await find("r1/detail", { thread: "1.000001" })).toMatchObject({ what: "message gone" });
  });

  test("not those from before", async () => {
    const old = await posted("r1");
    it.pass(600_000);
    expect(await find("r1", { since: Number(old.ts) * 1_000 + 300_000 })).toEqual({ kind: "done", value: [] });
  });

  test("unless we may not look", async () => {
    await it[Symbol.asyncDispose]();
    it = await startChatting();
    await posted("r1");
    expect(await find("r1")).toMatchObject({ what: "not granted", because: /channels:history/ });
    expect(await find("r1", { channel: "C0AWAY" })).toMatchObject({ what: "channel" });
  });
});

describe("one budget for the whole app", () => {
  beforeEach(async () => {
    await it[Symbol.asyncDispose]();
    it = await startChatting({ limits: true });
  });

  test("a second message in the same second is not sent; one in another channel is", async () => {
    expect(await it.chat.post(post("r1"), never)).toMatchObject({ kind: "done" });
    const second = await it.chat.post(post("r2"), never);
    expect(second).toMatchObject({ kind: "limited" });
    expect(await it.chat.post(post("r2", { channel: "C0OTHER" }), never)).toMatchObject({ kind: "done" });
    expect(it.slack.calls).toHaveLength(2);
    it.pass(second.kind === "limited" ? second.retryAfterMs : 0);
    expect(await it.chat.post(post("r2"), never)).toMatchObject({ kind: "done" });
    expect(it.slack.calls.every((one) => one.status === 200)).toBe(true);
  });

  test("a hundred edits as fast as they are let never get a refusal from Slack", async () => {
    const { value: at } = { value: await posted("r1") };
    let waitedMs = 0;
    for (let edits = 0; edits < 100;) {
      const told = await it.chat.edit(at, said(`edit ${edits}`), never);
      if (told.kind === "done") edits += 1;
      const pause = told.kind === "limited" ? told.retryAfterMs : 0;
      it.pass(pause);
      waitedMs += pause;
    }
    expect(it.slack.calls.filter((one) => one.status === 429)).toEqual([]);
    expect(shown()[0]?.text).toBe("edit 99");
    expect(waitedMs).toBeLessThan(150_000);
  });

  test("when Slack says for how long, nothing is sent before", async () => {
    it.slack.failNext("chat.postMessage", { kind: "rate-limited", seconds: 7 });
    expect(await it.chat.post(post("r1"), never)).toEqual({ kind: "limited", retryAfterMs: 7_000 });
    it.pass(6_000);
    expect(await it.chat.post(post("r1"), never)).toMatchObject({ kind: "limited" });
    expect(await it.chat.post(post("r1", { channel: "C0OTHER" }), never)).toMatchObject({ kind: "done" });
    expect(it.slack.calls).toHaveLength(2);
    it.pass(1_100);
    expect(await it.chat.post(post("r1"), never)).toMatchObject({ kind: "done" });
  });
});
