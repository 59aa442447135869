import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Bot = Awaited<ReturnType<typeof startBot>>;

/** The real bot in a process of its own, with no environment but this. Resolves once it can be asked. */
export async function startBot(env: Readonly<Record<string, string>>) {
  const started = Date.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL("../src/main.ts", import.meta.url))], {
    env: { PATH: process.env["PATH"] ?? "", HOST: "127.0.0.1", PORT: "0", STATE_FILE: ":memory:", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const ready = Promise.withResolvers<number>();
  const ended = once(child, "exit").then(([code]) => (typeof code === "number" ? code : null));
  // However we end ourselves, it does not stay behind.
  const last = () => child.kill("SIGKILL");
  process.once("exit", last);
  child.once("exit", () => process.off("exit", last));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      output.push(line);
      const port = portIn(line);
      if (port !== null) ready.resolve(port);
    });
  }
  const early = ended.then((code) => {
    throw new Error(`the bot ended with ${code} before it could be asked:\n${output.join("\n")}`);
  });
  const port = await Promise.race([ready.promise, early]);

  return {
    port,
    startedInMs: Date.now() - started,
    /** Every line that it wrote. */
    output,
    /** Resolves with its exit code, whoever or whatever ended it. */
    ended,
    async ready(): Promise<boolean> {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) });
      return answer.ok;
    },
    /** Asks it to end, and gives its exit code. */
    async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
      early.catch(() => null); // it may end now
      child.kill(signal);
      return ended;
    },
  };
}

function portIn(line: string): number | null {
  if (!line.includes('"ready to be asked"')) return null;
  const port = /"port":(\d+)/.exec(line)?.[1];
  return port === undefined ? null : Number(port);
}

/** The lines that a bot with wrong settings ends with. */
export async function failedStart(env: Readonly<Record<string, string>>): Promise<string> {
  return startBot(env).then(
    async (bot) => {
      await bot.stop();
      return "it started";
    },
    (err: unknown) => (err instanceof Error ? err.message : String(err)),
  );
}
