import { afterEach, expect, test } from "vitest";
import type { Slack } from "../../../sim/slack/server.ts";
import { call, lastDelivery, post, respond } from "./calling.ts";
import { createClock, startWorkspace } from "./workspace.ts";

const clock = createClock();
let slack: Slack;
afterEach(() => slack.close());

const channel = "C01DEPLOYS";
const button = { type: "button", text: { type: "plain_text", text: "Go" }, action_id: "go" };
const blocks = [{ type: "actions", elements: [button] }];

/** A response URL of a command. Nobody listens, and that does not matter. */
async function typed(where = channel): Promise<string> {
  slack = await startWorkspace({ now: clock.now });
  await slack.command({ user: "U01ALICE", channel: where, text: "/whatsrunning" });
  return lastDelivery(slack).responseUrl;
}

async function pressed(ts: string): Promise<string> {
  await slack.click({ user: "U01ALICE", message: { channel, ts }, actionId: "go" });
  return lastDelivery(slack).responseUrl;
}

test("it works five times", async () => {
  const url = await typed();
  for (let count = 1; count <= 5; count += 1)
    expect(await respond(url, { text: "t" })).toEqual({ status: 200, text: "ok" });
  expect(await respond(url, { text: "t" })).toMatchObject({ status: 404, text: '{"ok":false,"error":"used_url"}' });
  expect(slack.ephemerals("U01ALICE")).toHaveLength(5);
});

test("it works for thirty minutes", async () => {
  const url = await typed();
  clock.advance(30 * 60_000);
  expect(await respond(url, { text: "t" })).toMatchObject({ status: 200 });
  clock.advance(1);
  expect(await respond(url, { text: "t" })).toMatchObject({ status: 404, text: '{"ok":false,"error":"expired_url"}' });
});

test("it reaches channels that the app is not in, and everybody there when told so", async () => {
  const url = await typed("C01RANDOM");
  await respond(url, { text: "for all", response_type: "in_channel" });
  expect(slack.messagesFor("U01ALICE", "C01RANDOM")).toMatchObject([{ text: "for all", reader: null }]);
});

test("what the validator does not like is refused, and costs no use", async () => {
  const url = await typed();
  expect((await respond(url, { blocks: [{ type: "nope" }] })).text).toContain("invalid_blocks");
  expect((await respond(url, { text: "t", respnse_type: "in_channel" })).text).toContain("invalid_payload");
  expect((await respond(url, { text: "t", response_type: "everybody" })).text).toContain("invalid_payload");
  expect((await respond(url, { text: "t", replace_original: true })).text).toContain("message_not_found");
  expect(slack.ephemerals()).toEqual([]);
});

test("an ephemeral message stays one when it is replaced, and can be deleted", async () => {
  slack = await startWorkspace({ now: clock.now });
  await call(slack, "chat.postEphemeral", { channel, user: "U01ALICE", text: "t", blocks });
  const [{ ts } = { ts: "" }] = slack.ephemerals();
  const url = await pressed(ts);
  expect(await respond(url, { text: "new", replace_original: true, response_type: "in_channel" })).toMatchObject({
    status: 200,
  });
  expect(slack.message(channel, ts)).toMatchObject({ text: "new", reader: "U01ALICE", blocks: [] });
  expect(await respond(url, { delete_original: true })).toMatchObject({ status: 200 });
  expect(slack.ephemerals()).toEqual([]);
});

test("a message for all can be replaced through the click of one", async () => {
  slack = await startWorkspace({ now: clock.now });
  const ts = await post(slack, { blocks });
  expect(await respond(await pressed(ts), { text: "done", replace_original: true })).toMatchObject({ status: 200 });
  expect(slack.messagesFor("U01BOB", channel)).toMatchObject([{ ts, text: "done" }]);
});
