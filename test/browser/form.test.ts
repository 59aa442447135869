import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type App, type Payload, startApp } from "./made-up-app.ts";
import { useBrowser, visit, type Visitor } from "./visitor.ts";

const plain = (text: string) => ({ type: "plain_text", text, emoji: false });
const option = (value: string, text = value) => ({ value, text: plain(text) });

useBrowser();

let app: App;
let alice: Visitor;
beforeAll(async () => {
  app = await startApp();
  alice = await visit(app.url);
}, 20_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});
beforeEach(async () => {
  app.heard.length = 0;
  app.answerWith(() => null);
  for (const view of app.slack.viewsFor("U01ALICE").toReversed()) {
    await app.slack.dismiss({ user: "U01ALICE", view: view.id });
  }
});

const reason = {
  type: "input",
  block_id: "reason",
  label: plain("Why?"),
  hint: plain("Everybody reads it."),
  element: { type: "plain_text_input", action_id: "text", multiline: true, max_length: 300 },
};
const target = {
  type: "input",
  block_id: "target",
  label: plain("Go back to"),
  element: {
    type: "static_select",
    action_id: "pick",
    placeholder: plain("Choose a release"),
    options: [option("1", "1.4.1, 3 days ago"), option("2", "1.4.2, 42 minutes ago")],
  },
};
const how = {
  type: "input",
  block_id: "how",
  optional: true,
  label: plain("How?"),
  element: {
    type: "radio_buttons",
    action_id: "way",
    options: [option("fast"), option("slow")],
    initial_option: option("slow"),
  },
};
const accept = {
  type: "input",
  block_id: "accept",
  optional: true,
  label: plain("Accept"),
  element: { type: "checkboxes", action_id: "ticks", options: [option("schema", "The schema stays")] },
};
const modal = (blocks: readonly object[], more: object = { submit: plain("Review") }) => ({
  type: "modal",
  title: plain("Roll back checkout"),
  close: plain("Cancel"),
  blocks,
  ...more,
});

/** A message with one button that opens this form. */
async function offer(view: object): Promise<void> {
  app.answerWith(async ({ type, trigger_id }) => {
    if (type === "block_actions") await app.call("views.open", { trigger_id, view });
    return null;
  });
  const elements = [{ type: "button", action_id: "go", text: plain("Roll back…"), style: "danger" }];
  await app.post({ text: "Roll back?", blocks: [{ type: "actions", elements }] });
  await alice.page.getByRole("button", { name: "Roll back…" }).last().click();
  await alice.modal.waitFor();
}

describe("a form", () => {
  test("is filled in with the keyboard alone and sent with everything in it", async () => {
    await offer(modal([target, reason, how, accept]));
    const { page } = alice;
    await page.keyboard.press("Tab"); // from the first field, which has the focus, or to it
    const pick = page.getByRole("combobox", { name: "Go back to" });
    await pick.focus();
    await page.keyboard.type("42");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("5xx since 14:02");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await alice.modal.waitFor({ state: "hidden" });
    expect(submitted().view?.state.values).toEqual({
      target: { pick: { type: "static_select", selected_option: option("2", "1.4.2, 42 minutes ago") } },
      reason: { text: { type: "plain_text_input", value: "5xx since 14:02" } },
      how: { way: { type: "radio_buttons", selected_option: option("fast") } },
      accept: { ticks: { type: "checkboxes", selected_options: [option("schema", "The schema stays")] } },
    });
  });

  test("says beside a field what is wrong with it, and keeps what was typed", async () => {
    await offer(modal([reason]));
    const why = alice.page.getByRole("textbox", { name: "Why?" });
    const send = alice.page.getByRole("button", { name: "Review" });
    await send.click();
    await alice.page.getByText("This has to be filled in.").waitFor();
    expect(app.heard.filter((it) => it.type === "view_submission")).toEqual([]);

    app.answerWith(() => ({ response_action: "errors", errors: { reason: "Say a little more." } }));
    await why.fill("x");
    await send.click();
    await alice.page.getByText("Say a little more.").waitFor();
    expect(await why.getAttribute("aria-invalid")).toBe("true");
    expect(await why.inputValue()).toBe("x");
  });

  test("is filled by the app after it opened, and what was typed meanwhile stays", async () => {
    await offer(modal([{ type: "section", text: plain("Checking…") }, reason]));
    await alice.page.getByRole("textbox", { name: "Why?" }).fill("5xx");
    const [view] = app.slack.viewsFor("U01ALICE");
    const checked = modal([{ type: "alert", level: "warning", text: plain("Prod will change.") }, target, reason]);
    await app.call("views.update", { view_id: view?.id, hash: view?.hash, view: checked });
    await alice.page.getByText("Prod will change.").waitFor();
    expect(await alice.page.getByRole("textbox", { name: "Why?" }).inputValue()).toBe("5xx");
    await expect(app.call("views.update", { view_id: view?.id, hash: view?.hash, view: checked })).rejects.toThrow(
      "hash_conflict",
    );
  });

  test("goes on with another one, and closes with Escape", async () => {
    await offer(modal([reason]));
    await alice.page.getByRole("textbox", { name: "Why?" }).fill("5xx");
    const next = modal([{ type: "header", text: plain("Now for real") }], { submit: plain("Roll back now") });
    app.answerWith(() => ({ response_action: "update", view: next }));
    await alice.page.getByRole("button", { name: "Review" }).click();
    await alice.page.getByRole("button", { name: "Roll back now" }).waitFor();
    await alice.page.keyboard.press("Escape");
    await alice.modal.waitFor({ state: "hidden" });
    await expect.poll(() => app.slack.viewsFor("U01ALICE")).toEqual([]);
  });

  test("without anything to send has no button for it", async () => {
    await offer(modal([{ type: "section", text: plain("Nothing to go back to.") }], {}));
    expect(await alice.modal.getByRole("button").allTextContents()).toEqual(["Cancel"]);
  });

  test("is in front of the person who opened it alone", async () => {
    await offer(modal([reason]));
    const bob = await visit(`${app.url}#U02BOB/C0DEPLOYS`);
    await bob.messages.first().waitFor();
    expect(await bob.modal.count()).toBe(0);
  });
});

describe("in a message", () => {
  test("a select asks the app for what matches", async () => {
    const all = ["checkout", "cart", "ledger"];
    app.answerWith(({ type, value = "" }) =>
      type === "block_suggestion" ? { options: all.filter((it) => it.includes(value)).map((it) => option(it)) } : null,
    );
    const element = {
      type: "external_select",
      action_id: "open",
      placeholder: plain("Open a service…"),
      min_query_length: 0,
    };
    await app.post({ text: "All of them", blocks: [{ type: "actions", elements: [element] }] });
    const select = alice.page.getByRole("combobox", { name: "Open a service…" }).last();
    await select.fill("c");
    await expect.poll(() => alice.page.getByRole("option").allTextContents()).toEqual(["checkout", "cart"]);
    await select.press("ArrowDown");
    await select.press("Enter");
    await expect.poll(() => chosen()).toEqual(["cart"]);
  });

  test("a button that asks back does nothing until it hears yes", async () => {
    const confirm = {
      title: plain("Abort?"),
      text: plain("Pods stay as they are."),
      confirm: plain("Abort"),
      deny: plain("Go on"),
    };
    const element = { type: "button", action_id: "abort", text: plain("Stop it"), confirm };
    await app.post({ text: "Under way", blocks: [{ type: "actions", elements: [element] }] });
    const stop = alice.page.getByRole("button", { name: "Stop it" }).last();
    await stop.click();
    await alice.page.getByRole("dialog", { name: "Abort?" }).getByRole("button", { name: "Go on" }).click();
    await stop.click();
    await alice.page.keyboard.press("Escape");
    expect(app.heard).toEqual([]);
    await stop.click();
    await alice.page.getByRole("dialog", { name: "Abort?" }).getByRole("button", { name: "Abort" }).click();
    await expect.poll(() => app.heard.length).toBe(1);
  });

  test("a colour is a bar, a mention is a name, and a link leads only to the web", async () => {
    const text = "<@U02BOB> in <#C0INCCHECKOUT>: <https://a.example/x|page> <javascript:alert(1)|not this>";
    const blocks = [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }];
    await app.post({ text: "Words", attachments: [{ color: "#DC2626", fallback: "Words", blocks }] });
    const message = await alice.answer("@bob in #inc-checkout");
    const links = await message.getByRole("link").evaluateAll((all) => all.map((it) => it.getAttribute("href")));
    expect(links).toEqual(["https://a.example/x"]);
    expect(await message.locator(".attachment").getAttribute("style")).toBe("border-color: rgb(220, 38, 38);");
  });
});

function submitted(): Payload {
  const found = app.heard.find((it) => it.type === "view_submission");
  if (!found) throw new Error("nothing was submitted");
  return found;
}

function chosen(): readonly unknown[] {
  return app.heard.flatMap((it) => it.actions ?? []).map((it) => JSON.parse(JSON.stringify(it)).selected_option?.value);
}
