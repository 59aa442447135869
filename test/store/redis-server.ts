import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { ensureInstalled } from "../installed.ts";

export type RedisServer = {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  /** What an operator would type. */
  run(command: string, ...args: readonly string[]): Promise<unknown>;
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  /** Ends as a power cut would, as far as the process goes. */
  kill(): Promise<void>;
  /** With what it left on disk, on the same port. */
  restart(): Promise<void>;
};

/** A real server with its own folder and port, that keeps an append-only file. */
export async function startRedis(): Promise<RedisServer & AsyncDisposable> {
  ensureInstalled("redis-server");
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  let child = await start({ folder, port });
  const admin = new Redis({ port, lazyConnect: true, retryStrategy: () => 20 });
  admin.on("error", () => undefined); // it is killed on purpose
  try {
    await admin.connect();
  } catch (err) {
    child.kill("SIGKILL");
    throw err;
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  return {
    folder,
    port,
    url: `redis://127.0.0.1:${port}`,
    run: (command, ...args) => admin.call(command, ...args),
    signal: (name) => void child.kill(name),
    kill,
    restart: async () => {
      child = await start({ folder, port });
    },
    [Symbol.asyncDispose]: async () => {
      admin.disconnect();
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

type Start = { readonly folder: string; readonly port: number };

/** Until it says that it is ready. */
async function start({ folder, port }: Start): Promise<ChildProcess> {
  const own = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder];
  const kept = ["--save", "", "--appendonly", "yes", "--repl-diskless-sync-delay", "0"];
  const child = spawn("redis-server", [...own, ...kept], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("Ready to accept connections")) break;
  }
  if (child.exitCode !== null || !said.includes("Ready to accept connections"))
    throw new Error(`redis-server: ${said}`);
  return child;
}

/** Below the ports that the system gives away by itself: nobody else takes it while the server is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    server.close();
    if (free) return port;
  }
}
