import type { ViewClosedAction, ViewResponseAction, ViewSubmitAction } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { objectAt, stringAt } from "../../../sim/slack/json.ts";
import type { Slack } from "../../../sim/slack/server.ts";
import { call, lastDelivery } from "./calling.ts";
import { type BoltApp, createClock, serve, startHttpApp, startWorkspace, soon } from "./workspace.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const options = ["one", "two"].map((value) => ({ text: plain(value), value }));
const reason = {
  type: "input" as const,
  block_id: "reason",
  label: plain("Why?"),
  element: { type: "plain_text_input" as const, action_id: "text", min_length: 5, max_length: 10 },
};
const target = {
  type: "section" as const,
  block_id: "target",
  text: plain("Where to?"),
  accessory: { type: "static_select" as const, action_id: "pick", options },
};
const modal = (title: string, more: object = {}) => ({
  type: "modal" as const,
  title: plain(title),
  submit: plain("Go"),
  blocks: [target, reason],
  ...more,
});

const clock = createClock(Date.now());
const user = "U01ALICE";
let slack: Slack;
let app: BoltApp;
let close: () => Promise<void>;

beforeEach(async () => {
  slack = await startWorkspace({ now: clock.now });
  ({ app, close } = await startHttpApp(slack, (it) => {
    it.command("/whatsrunning", async ({ ack }) => ack());
    it.action("pick", async ({ ack }) => ack());
  }));
});
afterEach(async () => {
  await close();
  await slack.close();
});

async function trigger(): Promise<string> {
  await slack.command({ user, channel: "C01DEPLOYS", text: "/whatsrunning" });
  return lastDelivery(slack).trigger;
}

async function open(view: object = modal("First")): Promise<string> {
  const answer = await call(slack, "views.open", { trigger_id: await trigger(), view });
  expect(answer).toMatchObject({ ok: true });
  return stringAt(objectAt(answer, "view"), "id") ?? "";
}

const titles = () => slack.viewsFor(user).map((it) => objectAt(it.content, "title")["text"]);
const good = { text: "because", pick: "two" };

describe("a trigger", () => {
  test("opens one view", async () => {
    const trigger_id = await trigger();
    expect(await call(slack, "views.open", { trigger_id, view: modal("First") })).toMatchObject({ ok: true });
    expect(await call(slack, "views.open", { trigger_id, view: modal("First") })).toMatchObject({
      error: "exchanged_trigger_id",
    });
    expect(await call(slack, "views.open", { trigger_id: "x", view: modal("First") })).toMatchObject({
      error: "invalid_trigger_id",
    });
  });

  test("is good for three seconds", async () => {
    const [early, late] = [await trigger(), await trigger()];
    clock.advance(3_000);
    expect(await call(slack, "views.open", { trigger_id: early, view: modal("First") })).toMatchObject({ ok: true });
    clock.advance(1);
    expect(await call(slack, "views.open", { trigger_id: late, view: modal("First") })).toMatchObject({
      error: "expired_trigger_id",
    });
  });

  test("is not spent on a view that is refused", async () => {
    const trigger_id = await trigger();
    const long = modal("x".repeat(25));
    expect(await call(slack, "views.open", { trigger_id, view: long })).toMatchObject({ error: "invalid_arguments" });
    expect(await call(slack, "views.open", { trigger_id, view: modal("First") })).toMatchObject({ ok: true });
  });
});

test("three views can lie on each other, pushed from the one on top", async () => {
  const push = async (view: string, title: string) => {
    await slack.click({ user, view, actionId: "pick", value: "one" });
    return call(slack, "views.push", { trigger_id: lastDelivery(slack).trigger, view: modal(title) });
  };
  await open();
  for (const title of ["Second", "Third"])
    expect(await push(slack.viewsFor(user).at(-1)?.id ?? "", title)).toMatchObject({ ok: true });
  expect(await push(slack.viewsFor(user).at(-1)?.id ?? "", "Fourth")).toMatchObject({ error: "push_limit_reached" });
  expect(titles()).toEqual(["First", "Second", "Third"]);
  expect(await call(slack, "views.push", { trigger_id: await trigger(), view: modal("Fourth") })).toMatchObject({
    error: "not_found",
  });
});

test("an update of an old state is a conflict", async () => {
  const view_id = await open();
  const hash = slack.viewsFor(user)[0]?.hash ?? "";
  expect(await call(slack, "views.update", { view_id, hash, view: modal("New") })).toMatchObject({ ok: true });
  expect(await call(slack, "views.update", { view_id, hash, view: modal("Newer") })).toMatchObject({
    error: "hash_conflict",
  });
  expect(await call(slack, "views.update", { view_id: "V0", view: modal("Newer") })).toMatchObject({
    error: "not_found",
  });
  expect(titles()).toEqual(["New"]);
});

test("an external_id is there once", async () => {
  await open(modal("First", { external_id: "one" }));
  const view = modal("Other", { external_id: "one" });
  expect(await call(slack, "views.open", { trigger_id: await trigger(), view })).toMatchObject({
    error: "duplicate_external_id",
  });
});

describe("submitting", () => {
  test("sends what was filled in, and closes", async () => {
    const seen: unknown[] = [];
    app.view(/.*/, async ({ ack, view }) => {
      seen.push(view.state.values);
      await ack();
    });
    const view = await open();
    expect(await slack.submit({ user, view, values: good })).toMatchObject({ acked: true, effect: "closed" });
    expect(seen).toEqual([
      {
        target: { pick: { type: "static_select", selected_option: options[1] } },
        reason: { text: { type: "plain_text_input", value: "because" } },
      },
    ]);
    expect(titles()).toEqual([]);
  });

  const effects: readonly [string, ViewResponseAction, string, readonly string[]][] = [
    ["update", { response_action: "update", view: modal("Sure?") }, "updated", ["Sure?"]],
    ["push", { response_action: "push", view: modal("Sure?") }, "pushed", ["First", "Sure?"]],
    ["clear", { response_action: "clear" }, "cleared", []],
    ["errors", { response_action: "errors", errors: { reason: "Too vague" } }, "errors", ["First"]],
  ];
  test.each(effects)("%s does what it says", async (_, body, effect, after) => {
    app.view<ViewSubmitAction>(/.*/, async ({ ack }) => ack(body));
    expect(await slack.submit({ user, view: await open(), values: good })).toMatchObject({ effect, refused: [] });
    expect(titles()).toEqual(after);
  });

  test.each([
    ["an error beside what is no input", { response_action: "errors", errors: { target: "no" } }],
    ["no errors at all", { response_action: "errors", errors: {} }],
    ["a view that is too wide", { response_action: "update", view: modal("x".repeat(25)) }],
    ["a Home instead of a modal", { response_action: "update", view: { type: "home", blocks: [] } }],
    ["an action nobody knows", { response_action: "explode" }],
    ["an answer without an action", { text: "thanks" }],
  ])("with %s fails, and the modal stays", async (_, body) => {
    const view = await open();
    // Bolt's types would not let an app say this.
    const careless = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    slack.install({ requestUrl: careless.url });
    const result = await slack.submit({ user, view, values: good });
    await careless.close();
    expect(result).toMatchObject({ acked: true, effect: "failed" });
    expect(result.refused).not.toEqual([]);
    expect(titles()).toEqual(["First"]);
  });

  test("too late leaves the modal where it is", async () => {
    app.view(/.*/, async ({ ack }) => {
      clock.advance(3_001);
      await ack();
    });
    const result = await slack.submit({ user, view: await open(), values: good });
    expect(result).toMatchObject({ acked: false, effect: "failed", failure: "operation_timeout" });
    expect(titles()).toEqual(["First"]);
  });

  test.each([
    ["a required field empty", {}, "reason is required"],
    ["too little text", { text: "meh" }, "at least 5"],
    ["too much text", { text: "because of it" }, "takes no more"],
    ["an option that is not offered", { ...good, pick: "three" }, "three is not offered"],
    ["a field that is not there", { ...good, colour: "red" }, "there is no field colour"],
  ])("with %s is not possible", async (_, values, why) => {
    const view = await open();
    await expect(slack.submit({ user, view, values })).rejects.toThrow(why);
  });

  test("a view of somebody else is not possible", async () => {
    const view = await open();
    await expect(slack.submit({ user: "U01BOB", view, values: good })).rejects.toThrow("not looking at");
  });
});

test("what was filled in stays where an update has the same field", async () => {
  const view_id = await open();
  await slack.click({ user, view: view_id, actionId: "pick", value: "two" });
  await call(slack, "views.update", { view_id, view: modal("New") });
  expect(slack.viewsFor(user)[0]?.state).toMatchObject({ target: { pick: { selected_option: { value: "two" } } } });
});

test("closing is told only where the view asks for it", async () => {
  const seen: unknown[] = [];
  app.view({ type: "view_closed", callback_id: "quiet" }, async () => void seen.push("quiet"));
  app.view<ViewClosedAction>({ type: "view_closed", callback_id: "loud" }, async ({ ack, body }) => {
    seen.push(body.is_cleared);
    await ack();
  });
  expect(await slack.dismiss({ user, view: await open(modal("First", { callback_id: "quiet" })) })).toBeNull();
  const view = await open(modal("First", { callback_id: "loud", notify_on_close: true, clear_on_close: true }));
  expect(await slack.dismiss({ user, view })).toMatchObject({ acked: true });
  expect(seen).toEqual([true]);
});

test("an external select offers what the app answers, and nothing else", async () => {
  app.options("service", async ({ ack, payload }) =>
    ack({ options: [{ text: plain(payload.value), value: payload.value }] }),
  );
  app.action("service", async ({ ack }) => ack());
  const accessory = { type: "external_select" as const, action_id: "service", min_query_length: 2 };
  const view = await open(modal("First", { blocks: [{ ...target, accessory }], submit: undefined }));
  const at = { user, view, actionId: "service" };
  await expect(slack.suggest({ ...at, query: "c" })).rejects.toThrow("at least 2");
  await expect(slack.click({ ...at, value: "check" })).rejects.toThrow("not offered");
  expect(await slack.suggest({ ...at, query: "check" })).toMatchObject({ acked: true, options: [{ value: "check" }] });
  expect(await slack.click({ ...at, value: "check" })).toMatchObject({ acked: true });
});

test("a Home is published, opened, and guarded by its hash", async () => {
  app.event("app_home_opened", async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "divider" }] } });
  });
  expect(await slack.openHome({ user })).toMatchObject({ acked: true });
  await expect.poll(() => slack.homeFor(user)?.content["type"], soon).toBe("home");
  const view = { type: "home", blocks: [] };
  expect(await call(slack, "views.publish", { user_id: user, view, hash: "old" })).toMatchObject({
    error: "hash_conflict",
  });
  expect(await call(slack, "views.publish", { user_id: user, view: modal("First") })).toMatchObject({
    error: "invalid_arguments",
  });
});

test("shortcuts come from the manifest, those of messages with their message", async () => {
  app.shortcut("open", async ({ ack }) => ack());
  app.shortcut("from_message", async ({ ack }) => ack());
  expect(await slack.shortcut({ user, callbackId: "open" })).toMatchObject({ acked: true });
  const ts = slack.say({ user: "U01BOB", channel: "C01DEPLOYS", text: "look" });
  const message = { channel: "C01DEPLOYS", ts };
  expect(await slack.shortcut({ user, callbackId: "from_message", message })).toMatchObject({ acked: true });
  expect(slack.deliveries.at(-1)?.payload).toMatchObject({ type: "message_action", message: { text: "look" } });
  await expect(slack.shortcut({ user, callbackId: "from_message" })).rejects.toThrow("is a message shortcut");
  await expect(slack.shortcut({ user, callbackId: "nope" })).rejects.toThrow("not in the manifest");
});
