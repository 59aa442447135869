import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { stringAt } from "../../../sim/slack/json.ts";
import type { Slack } from "../../../sim/slack/server.ts";
import { type BoltApp, manifest, startSocketApp, startWorkspace, soon } from "./workspace.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(options = {}): Promise<Slack> {
  const slack = await startWorkspace({ manifest: manifest({ socket: true }), ...options });
  closing.push(slack.close);
  return slack;
}

async function connect(slack: Slack, listen: (app: BoltApp) => void) {
  const started = await startSocketApp(slack, listen);
  closing.push(started.close);
  return started;
}

const here = { user: "U01ALICE", channel: "C01DEPLOYS" } as const;

test("a command, its answer and a mention travel over a socket", async () => {
  const slack = await open();
  await connect(slack, (app) => {
    app.command("/whatsrunning", async ({ ack }) => ack({ text: "all good" }));
    app.event("app_mention", async ({ say }) => void (await say("heard")));
  });
  expect(await slack.command({ ...here, text: "/whatsrunning" })).toMatchObject({ acked: true, failure: null });
  expect(slack.ephemerals("U01ALICE").map((it) => it.text)).toEqual(["all good"]);
  expect(await slack.mention({ ...here, text: "hi" })).toMatchObject({ acked: true });
  await expect.poll(() => slack.messagesFor("U01BOB", here.channel).at(-1)?.text, soon).toBe("heard");
});

test("each payload goes to one connection, chosen by chance", async () => {
  let chance = 0;
  const slack = await open({ random: () => chance });
  const heard: string[] = [];
  for (const name of ["first", "second"]) {
    await connect(slack, (app) => {
      app.command("/whatsrunning", async ({ ack }) => {
        heard.push(name);
        await ack();
      });
    });
  }
  for (const next of [0, 0.5, 0.99, 0.49]) {
    chance = next;
    await slack.command({ ...here, text: "/whatsrunning" });
  }
  expect(heard).toEqual(["first", "second", "second", "first"]);
});

test("what nobody acknowledges is a timeout, and without a connection nothing is sent", async () => {
  const slack = await open({ patienceMs: 50 });
  expect(await slack.command({ ...here, text: "/whatsrunning" })).toMatchObject({ failure: "dispatch_failed" });
  await connect(slack, (app) => app.command("/whatsrunning", async () => undefined));
  expect(await slack.command({ ...here, text: "/whatsrunning" })).toMatchObject({
    acked: false,
    failure: "operation_timeout",
  });
});

test("a redelivered event says so over a socket as well", async () => {
  const seen: unknown[] = [];
  const slack = await open();
  await connect(slack, (app) => app.event("app_mention", async ({ context }) => void seen.push(context.retryNum)));
  await slack.mention({ ...here, text: "hi" });
  const [delivery] = slack.deliveries;
  if (!delivery) throw new Error("nothing was delivered");
  await slack.redeliver(delivery);
  await expect.poll(() => seen, soon).toEqual([0, 1]);
});

test("a connection told to go gets nothing more, and the client closes it", async () => {
  const slack = await open();
  const { receiver } = await connect(slack, () => undefined);
  const reasons: unknown[] = [];
  receiver.client.on("ws_message", (data: unknown) => void reasons.push(JSON.parse(String(data)).reason));
  slack.sockets.refresh();
  expect(slack.sockets.count()).toBe(0);
  await expect.poll(() => reasons, soon).toEqual(["refresh_requested"]);
});

test("a socket cut in the middle of a payload ends it at once", async () => {
  const slack = await open();
  await connect(slack, (app) => app.command("/whatsrunning", async () => slack.sockets.drop()));
  expect(await slack.command({ ...here, text: "/whatsrunning" })).toMatchObject({
    acked: false,
    failure: "dispatch_failed",
  });
});

async function address(slack: Slack): Promise<string> {
  const headers = { authorization: `Bearer ${slack.appToken}` };
  const answer = await fetch(`${slack.apiUrl}apps.connections.open`, { method: "POST", headers });
  return stringAt(await answer.json(), "url") ?? "";
}

/** The first message that a new connection hears, or that it is refused. */
async function firstWord(url: string): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const socket = new WebSocket(url);
  socket.on("message", (data: Buffer) => resolve(JSON.parse(data.toString("utf8"))));
  socket.on("error", (err) => resolve(err.message));
  closing.push(async () => socket.terminate());
  return promise;
}

test("the eleventh connection is sent away", async () => {
  const slack = await open();
  for (let count = 1; count <= 10; count += 1) {
    expect(await firstWord(await address(slack))).toMatchObject({ type: "hello", num_connections: count });
  }
  expect(await firstWord(await address(slack))).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
  expect(slack.sockets.count()).toBe(10);
});

test("an address for a socket is good once", async () => {
  const slack = await open();
  const url = await address(slack);
  expect(await firstWord(url)).toMatchObject({ type: "hello" });
  expect(await firstWord(url)).toContain("403");
});

test("an app that is not in Socket Mode gets no address", async () => {
  const slack = await open({ manifest: manifest() });
  expect(await address(slack)).toBe("");
});
