import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Demo, startDemo } from "../../demo/start.ts";
import { useBrowser, visit, type Visitor } from "./visitor.ts";

useBrowser();

let demo: Demo;
let visitor: Visitor;
beforeAll(async () => {
  demo = await startDemo({ kubeconfig: null, port: 0 });
  visitor = await visit(demo.url);
}, 30_000);
afterAll(async () => {
  await demo[Symbol.asyncDispose]();
});

describe("what one person is shown", () => {
  test("nobody else reads, whoever one turns into and wherever one looks", async () => {
    await visitor.type("/whatsrunning checkout prod");
    const answer = await visitor.answer("checkout in prod: all 3 pods run");
    expect(await answer.textContent()).toContain("Only visible to you");
    const bob = await visit(`${demo.url}#U02BOB/C0DEPLOYS`);
    await bob.type("good morning");
    await bob.messages.filter({ hasText: "good morning" }).waitFor();
    expect(await bob.page.content()).not.toContain("all 3 pods run");
    await bob.become("alice");
    await bob.answer("checkout in prod: all 3 pods run");
    await bob.become("gail");
    await expect.poll(() => bob.page.getByRole("heading", { level: 1 }).textContent()).toBe("# inc-checkout");
    expect(await bob.page.content()).not.toContain("all 3 pods run");
    expect(await bob.page.getByRole("navigation").getByRole("button").allTextContents()).not.toContain("# deploys");
  });

  test("is shared when that person says so", async () => {
    await visitor.type("/whatsrunning ledger");
    const answer = await visitor.answer("ledger in prod");
    await answer.getByRole("button", { name: "Share to channel" }).click();
    await visitor.answer("Shared by");
    await visitor.become("bob");
    const shared = await visitor.answer("ledger in prod: both pods run");
    expect(await shared.textContent()).not.toContain("Only visible to you");
    await visitor.become("alice");
  });
});

describe("hostile text", () => {
  const hostile = `<img src=x onerror="document.title='owned'"> <script>alert(1)</script> &lt;b&gt; javascript:alert(1)`;

  test("that somebody types is text", async () => {
    await visitor.type(hostile);
    const message = visitor.messages.filter({ hasText: "onerror" }).last();
    await message.waitFor();
    expect(await message.textContent()).toContain(hostile);
    expect(await message.locator("img, script, b, a").count()).toBe(0);
    expect(await visitor.page.title()).toBe("whatsrunning: the demo");
  });

  test("that a deploy brings along is text in the bot's answers", async () => {
    const claims = {
      deployer: hostile.slice(0, 60),
      commit: "a1b9f2e0c4",
      source: "https://a.example/x",
      run: hostile,
    };
    await demo.world?.shipping.ship({ tag: "1.4.9", broken: false, claims });
    await expect
      .poll(
        async () => {
          await visitor.type("/whatsrunning checkout prod");
          return visitor.messages.last().textContent();
        },
        { timeout: 10_000, interval: 800 },
      )
      .toContain("<img src=x onerror=");
    const answer = visitor.messages.last();
    expect(await answer.locator("img, script, b").count()).toBe(0);
    const links = await answer.getByRole("link").evaluateAll((all) => all.map((it) => it.getAttribute("href")));
    for (const it of links) expect(it).toMatch(/^https:\/\//);
    expect(await visitor.page.title()).toBe("whatsrunning: the demo");
  });
});

describe("with the keyboard alone", () => {
  test("a command is completed, sent, and found again", async () => {
    const { page, composer } = visitor;
    await composer.focus();
    await page.keyboard.type("/whatsrunning che");
    await page.getByRole("option", { name: /checkout prod/ }).waitFor();
    await page.keyboard.press("Tab");
    expect(await composer.inputValue()).toBe("/whatsrunning checkout prod");
    await page.keyboard.press("Enter");
    expect(await composer.inputValue()).toBe("");
    await page.keyboard.press("ArrowUp");
    expect(await composer.inputValue()).toBe("/whatsrunning checkout prod");
    await composer.fill("");
  });

  test("somebody is named, and the bot is asked in a thread of the incident's channel", async () => {
    await visitor.goTo("inc-checkout");
    const { page, composer } = visitor;
    await composer.focus();
    await page.keyboard.type("Look, @bo");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.type("errors");
    await page.keyboard.press("Enter");
    const message = visitor.messages.filter({ hasText: "Look, @bob errors" });
    await message.getByRole("button", { name: "Reply in thread" }).focus();
    await page.keyboard.press("Enter");
    const thread = page.getByRole("complementary", { name: "Thread" });
    await thread.getByRole("combobox", { name: "Reply in thread" }).focus();
    await page.keyboard.type("@whatsrunning what's running in prod?");
    await page.keyboard.press("Enter");
    await thread.getByRole("article", { name: "From whatsrunning" }).filter({ hasText: "storefront" }).waitFor();
    await message.getByRole("button", { name: "2 replies" }).waitFor();
    await thread.getByRole("button", { name: "Close thread" }).press("Enter");
    await expect.poll(() => thread.isVisible()).toBe(false);
  });

  test("every control that can be pressed has a name", async () => {
    const names = await visitor.page
      .locator("button, a, input, textarea, summary, [role=tab]")
      .evaluateAll((all) => all.map((it) => it.getAttribute("aria-label") ?? it.textContent?.trim() ?? ""));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((it) => it === "")).toEqual([]);
  });
});

describe("the inspector", () => {
  test("shows each payload with how fast it was acknowledged and what was wrong with it", async () => {
    const { page } = visitor;
    await page.getByRole("tab", { name: "Inspector" }).click();
    const payloads = page.getByRole("list", { name: "Payloads" }).getByRole("listitem");
    const command = payloads.filter({ hasText: "/whatsrunning checkout prod" }).first();
    await expect.poll(() => command.textContent()).toMatch(/acknowledged\s*in \d+ ms/);
    await command.locator("summary").click();
    await command.getByText('"command": "/whatsrunning"').waitFor();
    await expect.poll(() => payloads.filter({ hasText: "response_url" }).first().textContent()).toContain("valid");
  });
});

test("the page is usable at the width of a phone, in the dark", async () => {
  const phone = await visit(demo.url, { viewport: { width: 375, height: 700 }, colorScheme: "dark" });
  await phone.type("/whatsrunning prod");
  await phone.answer("storefront");
  const { scrollWidth, clientWidth } = await phone.page
    .locator("html")
    .evaluate((it) => ({ scrollWidth: it.scrollWidth, clientWidth: it.clientWidth }));
  expect(scrollWidth).toBe(clientWidth);
  await phone.page.getByRole("button", { name: "Guide", exact: true }).click();
  await phone.page.getByRole("list", { name: "Guided story" }).waitFor();
});
