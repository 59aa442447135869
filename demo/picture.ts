import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium, type Page } from "playwright-core";
import { browserArguments, findChromium } from "./chromium.ts";
import { startDemo } from "./start.ts";

/** Takes the README's pictures on the way through the story. With others of these settings: how the page looks elsewhere. */
const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs" },
    width: { type: "string", default: "1120" },
    height: { type: "string", default: "720" },
    dark: { type: "boolean", default: false },
  },
});
process.removeAllListeners("warning"); // that type stripping for the page is an experiment
const folder = resolve(values.out);
await mkdir(folder, { recursive: true });

await using demo = await startDemo({ kubeconfig: null, port: 0 });
await using browser = await chromium.launch({ executablePath: findChromium(), args: browserArguments });
const page = await browser.newPage({
  viewport: { width: Number(values.width), height: Number(values.height) },
  colorScheme: values.dark ? "dark" : "light",
});
page.setDefaultTimeout(30_000);
await page.goto(demo.url);
await tell(page);

async function tell(story: Page): Promise<void> {
  await take("Ship 1.4.3");
  await take("Ship 1.4.4");
  await said("deploy failed");
  await shoot("announcement.png");
  await take("Hear from support");
  await take("Ask as Bob");
  await said("CrashLoopBackOff");
  await story.waitForTimeout(1_500); // what the incident's channel is told by itself
  await story
    .getByRole("article")
    .filter({ hasText: "Pods ready" })
    .last()
    .getByText("Deployed by")
    .scrollIntoViewIfNeeded();
  await shoot("answer.png");
  await take("Press “Roll back…” as Bob");
  const why = story.getByRole("textbox", { name: "Why?" });
  await why.fill("payments fail since 1.4.4");
  await story.getByRole("heading", { name: "Roll back checkout" }).scrollIntoViewIfNeeded();
  await shoot("plan.png");
}

async function take(action: string): Promise<void> {
  const isNarrow = await page.getByRole("button", { name: "Guide", exact: true }).isVisible();
  if (isNarrow) await page.getByRole("button", { name: "Guide", exact: true }).click();
  await page.getByRole("button", { name: action }).click();
}

async function said(text: string): Promise<void> {
  await page.getByRole("article", { name: "From whatsrunning" }).filter({ hasText: text }).last().waitFor();
}

async function shoot(name: string): Promise<void> {
  await page.waitForTimeout(700); // what follows at once, such as a reply, is in the picture
  await page.screenshot({ path: resolve(folder, name), animations: "disabled" });
}
