import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";

const withinMs = 8_000;

let browser: Browser;
let problems: string[] = [];

/** In each file: the shared browser, and nothing that the page itself complains of. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.connect(inject("browser"), { timeout: 15_000 });
  }, 20_000);
  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
  });
}

/** Somebody in front of the page, with a browser of their own. */
export async function visit(url: string, as: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 }, ...as });
  context.setDefaultTimeout(withinMs);
  const page = await context.newPage();
  // What the page's own policy forbids is told on the console, too.
  page.on("console", (it) => {
    if (it.type() === "error") problems.push(it.text());
  });
  page.on("pageerror", (err) => problems.push(String(err)));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return visitor(page);
}

export type Visitor = ReturnType<typeof visitor>;

function visitor(page: Page) {
  const composer = page.getByRole("combobox", { name: "Message or command" });
  const conversation = page.getByRole("log", { name: "Conversation" });
  return {
    page,
    composer,
    conversation,
    messages: conversation.getByRole("article"),
    async type(text: string): Promise<void> {
      await composer.fill(text);
      await composer.press("Escape");
      await composer.press("Enter");
    },
    async become(name: string): Promise<void> {
      await page.getByRole("group", { name: "Act as" }).getByRole("button", { name }).click();
    },
    async goTo(place: string): Promise<void> {
      await page.getByRole("navigation", { name: "Conversations" }).getByRole("button", { name: place }).click();
    },
    /** The newest message of the app that says this. */
    async answer(saying: string | RegExp, timeout = withinMs): Promise<Locator> {
      const found = conversation.getByRole("article", { name: "From whatsrunning" }).filter({ hasText: saying }).last();
      await found.waitFor({ timeout });
      return found;
    },
    modal: page.getByRole("dialog"),
  };
}
