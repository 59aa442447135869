import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { browserArguments, findChromium } from "./chromium.ts";
import { startDemo } from "./start.ts";

/** Takes the README's pictures; needs a Chromium. With others of these settings: how the page looks elsewhere. */
const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs" },
    width: { type: "string", default: "1180" },
    height: { type: "string", default: "760" },
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
await page.goto(demo.url);
await page.getByRole("combobox", { name: "Message or command" }).fill("/whatsrunning checkout prod");
await page.keyboard.press("Enter");
await page.getByText("Only visible to you").waitFor({ timeout: 10_000 });
await page.screenshot({ path: resolve(folder, "answer.png") });
