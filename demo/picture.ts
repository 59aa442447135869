import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { openBrowser } from "./browser.ts";
import { startDemo } from "./start.ts";

/** Takes the README's picture; needs a Chromium. With others of these settings: how the page looks elsewhere. */
const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs/answer.png" },
    ask: { type: "string", multiple: true, default: ["/whatsrunning checkout prod"] },
    width: { type: "string", default: "900" },
    height: { type: "string", default: "690" },
    dark: { type: "boolean", default: false },
    /** A selector to click on before. */
    click: { type: "string", multiple: true, default: [] },
    browser: { type: "string", default: "chromium" },
  },
});
process.removeAllListeners("warning"); // that type stripping for the page is an experiment

await using demo = await startDemo({ kubeconfig: null, port: 0 });
for (const text of values.ask) await demo.desk.type(text);
await using browser = await openBrowser(values.browser);
const { targetId } = z
  .object({ targetId: z.string() })
  .parse(await browser.send("Target.createTarget", { url: "about:blank" }));
const { sessionId } = z
  .object({ sessionId: z.string() })
  .parse(await browser.send("Target.attachToTarget", { targetId, flatten: true }));

const size = { width: Number(values.width), height: Number(values.height), deviceScaleFactor: 1, mobile: false };
await tab("Emulation.setDeviceMetricsOverride", size);
await tab("Emulation.setScrollbarsHidden", { hidden: true });
const scheme = { name: "prefers-color-scheme", value: values.dark ? "dark" : "light" };
await tab("Emulation.setEmulatedMedia", { features: [scheme] });
await tab("Page.navigate", { url: demo.url });
await until(`document.querySelectorAll(".message.private").length >= ${values.ask.length}`);
for (const selector of values.click) {
  await evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  await sleep(500);
}
await evaluate("document.activeElement.blur()");
const { data } = z.object({ data: z.base64() }).parse(await tab("Page.captureScreenshot", { format: "png" }));
const out = resolve(values.out);
await mkdir(dirname(out), { recursive: true });
await writeFile(out, Buffer.from(data, "base64"));

async function tab(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
  return browser.send(method, params, sessionId);
}

async function evaluate(expression: string): Promise<unknown> {
  const Evaluated = z.object({ result: z.object({ value: z.unknown().optional() }) });
  return Evaluated.parse(await tab("Runtime.evaluate", { expression, returnByValue: true })).result.value;
}

async function until(expression: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await evaluate(expression)) !== true) {
    if (Date.now() > deadline) throw new Error(`the page never got to ${expression}`);
    await sleep(50);
  }
}
