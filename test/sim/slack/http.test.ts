import { afterEach, describe, expect, test } from "vitest";
import type { Slack } from "../../../sim/slack/server.ts";
import { post } from "./calling.ts";
import { type BoltApp, createClock, manifest, startHttpApp, startWorkspace, soon } from "./workspace.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(listen: (app: BoltApp) => void, options = {}, giveUpMs?: number): Promise<Slack> {
  const slack = await startWorkspace(options);
  closing.push(slack.close);
  const app = await startHttpApp(slack, listen, giveUpMs);
  closing.push(app.close);
  return slack;
}

const here = { user: "U01ALICE", channel: "C01DEPLOYS" } as const;
const button = { type: "button", text: { type: "plain_text", text: "Go" }, action_id: "go", value: "v1" } as const;
const row = [{ type: "actions", block_id: "row", elements: [button] }] as const;

describe("a command", () => {
  test("reaches the listener and is answered for its reader alone", async () => {
    const slack = await start((app) => {
      app.command("/whatsrunning", async ({ ack, respond, command }) => {
        await ack();
        await respond({ text: `asked: ${command.text}`, response_type: "ephemeral" });
      });
    });
    const outcome = await slack.command({ ...here, text: "/whatsrunning checkout prod" });
    expect(outcome).toMatchObject({ status: 200, acked: true, failure: null });
    await expect
      .poll(() => slack.messagesFor("U01ALICE", here.channel).map((it) => it.text), soon)
      .toEqual(["asked: checkout prod"]);
    expect(slack.messagesFor("U01BOB", here.channel)).toEqual([]);
  });

  test("can be answered in the acknowledgement itself, for everybody", async () => {
    const slack = await start((app) => {
      app.command("/whatsrunning", async ({ ack }) => ack({ text: "all good", response_type: "in_channel" }));
    });
    await slack.command({ ...here, text: "/whatsrunning prod" });
    expect(slack.messagesFor("U01BOB", here.channel).map(({ user, text }) => [user, text])).toEqual([
      ["U01ALICE", "/whatsrunning prod"],
      [slack.botUser, "all good"],
    ]);
  });

  test("names people, channels and links by their ids, private channels without their names", async () => {
    const slack = await start((app) => {
      app.command("/whatsrunning", async ({ ack, command }) => ack(command.text));
    });
    await slack.command({ ...here, text: "/whatsrunning @bob #deploys #secret https://a.example" });
    expect(slack.ephemerals("U01ALICE").map((it) => it.text)).toEqual([
      "<@U01BOB|bob> <#C01DEPLOYS|deploys> <#C01SECRET|> <https://a.example>",
    ]);
  });

  test("that takes more than three seconds is not acknowledged, and its answer does not count", async () => {
    const clock = createClock(Date.now());
    const slack = await start(
      (app) => {
        app.command("/whatsrunning", async ({ ack }) => {
          clock.advance(3_001);
          await ack("too late");
        });
      },
      { now: clock.now },
    );
    const outcome = await slack.command({ ...here, text: "/whatsrunning" });
    expect(outcome).toMatchObject({ status: 200, acked: false, failure: "operation_timeout", ackMs: 3_001 });
    expect(slack.ephemerals()).toEqual([]);
  });

  test("that the validator does not like is not shown", async () => {
    const slack = await start((app) => {
      app.command("/whatsrunning", async ({ ack }) => ack({ blocks: [{ type: "nope" }] }));
    });
    expect(await slack.command({ ...here, text: "/whatsrunning" })).toMatchObject({
      acked: true,
      refused: ["invalid_blocks"],
    });
    expect(slack.ephemerals()).toEqual([]);
  });

  test.each([
    ["in a thread", { thread: "1.0" }, "cannot be typed in threads"],
    ["that the manifest does not have", { text: "/deploy" }, "/deploy is not a command"],
    ["where one is no member", { user: "U01CAROL" }, "not a member"],
    ["in an archived channel", { channel: "C01OLD" }, "archived"],
    ["by somebody who left", { user: "U01DAVE" }, "deactivated"],
    ["by somebody of another workspace", { user: "U01EVE" }, "of another workspace"],
    ["by the app itself", { user: "U0SIMBOT" }, "is a bot"],
  ])("cannot be typed %s", async (_, change, why) => {
    const slack = await startWorkspace();
    closing.push(slack.close);
    await expect(slack.command({ ...here, text: "/whatsrunning", ...change })).rejects.toThrow(why);
  });
});

describe("events", () => {
  test("a mention can be answered in its thread", async () => {
    const slack = await start((app) => {
      app.event("app_mention", async ({ event, say }) => void (await say({ text: "here", thread_ts: event.ts })));
    });
    const said = await slack.mention({ ...here, text: "what runs?" });
    expect(said).toMatchObject({ status: 200, acked: true });
    await expect
      .poll(() => slack.messagesFor("U01BOB", here.channel).map(({ text, thread }) => [text, thread]), soon)
      .toEqual([
        ["<@U0SIMBOT> what runs?", null],
        ["here", said.ts],
      ]);
  });

  test("a direct message reaches the app with its kind of channel", async () => {
    const slack = await start((app) => {
      app.message(async ({ message, say }) => void (await say(`im: ${message.channel_type}`)));
    });
    await slack.directMessage({ user: "U01ALICE", text: "hello" });
    await expect
      .poll(() => slack.messagesFor("U01ALICE", "D01ALICE").map((it) => it.text), soon)
      .toEqual(["hello", "im: im"]);
  });

  test("that are not subscribed are not delivered", async () => {
    const none = { ...manifest(), settings: { interactivity: { is_enabled: true } } };
    const slack = await startWorkspace({ manifest: none });
    closing.push(slack.close);
    expect(await slack.mention({ ...here, text: "hi" })).toMatchObject({ status: null, failure: "not_subscribed" });
    expect(slack.deliveries).toEqual([]);
  });

  test("a mention where the app is not is not heard", async () => {
    const slack = await startWorkspace();
    closing.push(slack.close);
    expect(await slack.mention({ user: "U01ALICE", channel: "C01RANDOM", text: "hi" })).toMatchObject({
      failure: "not_in_channel",
    });
  });

  test("come again with the number and the reason of the try", async () => {
    const seen: unknown[] = [];
    const slack = await start((app) => {
      app.event(
        "app_mention",
        async ({ context, body }) => void seen.push([body.event_id, context.retryNum, context.retryReason]),
      );
    });
    await slack.mention({ ...here, text: "hi" });
    const [delivery] = slack.deliveries;
    if (!delivery) throw new Error("nothing was delivered");
    await slack.redeliver(delivery);
    await slack.redeliver(delivery, "http_error");
    const id = delivery.payload["event_id"];
    expect(seen).toEqual([
      [id, undefined, undefined],
      [id, 1, "http_timeout"],
      [id, 2, "http_error"],
    ]);
  });

  test("can be made to come twice at once", async () => {
    const ids: string[] = [];
    const slack = await start((app) => {
      app.event("app_mention", async ({ body }) => void ids.push(body.event_id));
    });
    slack.duplicateNext();
    await slack.mention({ ...here, text: "hi" });
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

const shows = (app: BoltApp) => {
  app.command("/whatsrunning", async ({ ack }) => ack({ text: "press", blocks: [...row] }));
};

describe("a click", () => {
  test("carries the button's real value, and may replace the message it was in", async () => {
    const slack = await start((app) => {
      shows(app);
      app.action("go", async ({ ack, action, respond }) => {
        await ack();
        await respond({ text: JSON.stringify(action), replace_original: true });
      });
    });
    await slack.command({ ...here, text: "/whatsrunning" });
    const [shown] = slack.ephemerals("U01ALICE");
    if (!shown) throw new Error("nothing is shown");
    expect(await slack.click({ user: "U01ALICE", message: shown, actionId: "go" })).toMatchObject({ acked: true });
    await expect.poll(() => slack.message(here.channel, shown.ts)?.text, soon).toContain('"value":"v1"');
    expect(slack.message(here.channel, shown.ts)).toMatchObject({ blocks: [], reader: "U01ALICE" });
    expect(slack.deliveries.at(-1)?.payload).toMatchObject({
      type: "block_actions",
      container: { type: "message", message_ts: shown.ts, is_ephemeral: true },
      actions: [{ action_id: "go", block_id: "row", value: "v1" }],
    });
  });

  test("needs a button that is there, and eyes that see it", async () => {
    const slack = await start(shows);
    await slack.command({ ...here, text: "/whatsrunning" });
    const [message] = slack.ephemerals();
    if (!message) throw new Error("nothing is shown");
    await expect(slack.click({ user: "U01ALICE", message, actionId: "stop" })).rejects.toThrow("there is no stop");
    await expect(slack.click({ user: "U01BOB", message, actionId: "go" })).rejects.toThrow("sees no message");
    await expect(slack.click({ user: "U01ALICE", message, actionId: "go", value: "forged" })).rejects.toThrow(
      "own value",
    );
  });

  test("of somebody else's workspace says whose", async () => {
    const slack = await start((app) => app.action("go", async ({ ack }) => ack()));
    const message = { channel: here.channel, ts: await post(slack, { blocks: row }) };
    expect(await slack.click({ user: "U01EVE", message, actionId: "go" })).toMatchObject({ acked: true });
    expect(slack.deliveries.at(-1)?.payload).toMatchObject({ user: { team_id: "T0OTHER" }, team: { id: slack.team } });
  });

  test("in an attachment says which", async () => {
    const slack = await start((app) => app.action("go", async ({ ack }) => ack()));
    const ts = await post(slack, { attachments: [{ color: "good", fallback: "f", blocks: row }] });
    await slack.click({ user: "U01BOB", message: { channel: here.channel, ts }, actionId: "go" });
    expect(slack.deliveries.at(-1)?.payload).toMatchObject({
      container: { type: "message_attachment", attachment_id: 1, is_ephemeral: false },
      message: { ts, attachments: [{ id: 1 }] },
    });
  });

  test("nobody handles is refused by the app", async () => {
    const slack = await start(shows, {}, 100);
    await slack.command({ ...here, text: "/whatsrunning" });
    const [message] = slack.ephemerals();
    if (!message) throw new Error("nothing is shown");
    expect(await slack.click({ user: "U01ALICE", message, actionId: "go" })).toMatchObject({
      status: 404,
      acked: false,
      failure: "dispatch_failed",
    });
  });
});

test("an app that is not there makes the person read so", async () => {
  const slack = await startWorkspace({ requestUrl: "http://127.0.0.1:1/slack/events" });
  closing.push(slack.close);
  expect(await slack.command({ ...here, text: "/whatsrunning" })).toMatchObject({
    acked: false,
    failure: "dispatch_failed",
  });
});

test("a request signed with another secret is turned away by the app", async () => {
  const slack = await startWorkspace();
  closing.push(slack.close);
  const other = await startWorkspace();
  closing.push(other.close);
  const app = await startHttpApp({ ...other, install: slack.install }, () => undefined);
  closing.push(app.close);
  expect(await slack.command({ ...here, text: "/whatsrunning" })).toMatchObject({ status: 401, acked: false });
});
