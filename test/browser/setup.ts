import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { browserArguments, findChromium } from "../../demo/chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the one browser of all these tests is reached. */
    readonly browser: string;
  }
}

/** One browser for all files. It hangs on a pipe of ours, so that it ends with us however we end. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({
    executablePath: findChromium(),
    args: browserArguments,
    timeout: 30_000,
  });
  provide("browser", server.wsEndpoint());
  return () => server.close();
}
