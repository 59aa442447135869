import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import packageFile from "../package.json" with { type: "json" };

/** Ours, started as `npm start` starts it, or the same bot with client-node's informers in place of our cluster view. */
export type Kind = "ours" | "informer";

const probe = new URL("probe.ts", import.meta.url).href;
const startedAs = packageFile.scripts.start.split(" ").slice(1);
const scripts = {
  ours: startedAs,
  informer: [fileURLToPath(new URL("informer-bot.ts", import.meta.url))],
} as const satisfies Record<Kind, readonly string[]>;

type Options = { readonly kind: Kind; readonly env: Readonly<Record<string, string>> };

/** Resolves once it can be asked. Whether it has read the cluster by then is another matter. */
export async function startBot({ kind, env }: Options) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", probe, ...scripts[kind]], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { PATH: process.env["PATH"] ?? "", HOST: "127.0.0.1", PORT: "0", STATE_FILE: ":memory:", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const expected = new Set<(line: string) => void>();
  const ended = once(child, "exit");
  const orphan = (): boolean => child.kill("SIGKILL");
  process.once("exit", orphan); // whatever ends the benchmarks also ends this one
  const early = ended.then(([code, signal]) => {
    throw new Error(`the bot ended (${code ?? signal}):\n${output.slice(-20).join("\n")}`);
  });
  early.catch(() => null); // later, it may
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (said) => {
      output.push(said);
      for (const it of expected) it(said);
    });
  }

  async function line(pattern: RegExp): Promise<number> {
    const found = Promise.withResolvers<number>();
    const look = (it: string): void => {
      const match = pattern.exec(it);
      if (match) found.resolve(Number(match[1]));
    };
    expected.add(look);
    try {
      return await Promise.race([found.promise, early]);
    } finally {
      expected.delete(look);
    }
  }

  /** Longest time the event loop was blocked since this was last asked. */
  async function longestBlockMs(): Promise<number> {
    const told = line(/"longestBlockMs":([\d.]+)/);
    child.kill("SIGUSR2");
    return told;
  }

  async function cpuSeconds(): Promise<number> {
    const [user, system] =
      (await readFile(`/proc/${child.pid}/stat`, "utf8")).split(") ")[1]?.split(" ").slice(11, 13) ?? [];
    return (Number(user) + Number(system)) / ticksPerSecond;
  }

  const port = await line(/"port":(\d+).*"ready to be asked"/);
  await longestBlockMs(); // what came before it could be asked counts for nobody

  return {
    port,
    startedAt,
    output,
    longestBlockMs,
    /** Resolves when it says that it has read the cluster. */
    async read(): Promise<void> {
      for (;;) {
        const answer = await Promise.race([fetch(`http://127.0.0.1:${port}/readyz`), early]);
        await answer.arrayBuffer();
        if (answer.ok) return;
        await wait(20);
      }
    },
    async peakMb(): Promise<number> {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    },
    cpuSeconds,
    /** Resolves when it has done what a start brings with it: the ledger is written after the cluster was read. */
    async quiet(): Promise<void> {
      for (let [before, tries] = [0, 0]; tries < 120; tries += 1) {
        const now = await cpuSeconds();
        if (now - before < 0.05) return;
        before = now;
        await wait(1_000);
      }
      throw new Error("the bot does not come to rest");
    },
    async stop(): Promise<void> {
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(forced);
      process.off("exit", orphan);
    },
  };
}

const ticksPerSecond = 100; // Linux reports to user space in these, whatever its own clock
