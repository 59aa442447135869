import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

export type RedisServer = {
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

/** A real server with its own folder and port, that keeps an append-only file unless `settings` say otherwise. */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer & AsyncDisposable> {
  ensureInstalled();
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  let child = await start({ folder, port, settings });
  const admin = new Redis({ port, lazyConnect: true, retryStrategy: () => 20 });
  admin.on("error", () => undefined); // it is killed on purpose
  await admin.connect();

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    run: (command, ...args) => admin.call(command, ...args),
    signal: (name) => void child.kill(name),
    kill,
    restart: async () => {
      child = await start({ folder, port, settings });
    },
    [Symbol.asyncDispose]: async () => {
      admin.disconnect();
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

type Start = { readonly folder: string; readonly port: number; readonly settings: readonly string[] };

/** Until it says that it is ready. */
async function start({ folder, port, settings }: Start): Promise<ChildProcess> {
  const own = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
  const child = spawn("redis-server", [...own, ...settings], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("Ready to accept connections")) break;
  }
  if (child.exitCode !== null || !said.includes("Ready to accept connections"))
    throw new Error(`redis-server: ${said}`);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

function ensureInstalled(): void {
  if (spawnSync("redis-server", ["--version"]).status === 0) return;
  process.stderr.write("These tests need redis-server, which is not here: apt-get install -y redis-server\n");
  const wait = ["-o", "DPkg::Lock::Timeout=120"];
  spawnSync("apt-get", [...wait, "update"], { stdio: "ignore" });
  spawnSync("apt-get", [...wait, "install", "-y", "--no-install-recommends", "redis-server"], { stdio: "inherit" });
  if (spawnSync("redis-server", ["--version"]).status === 0) return;
  throw new Error(
    "these tests need redis-server on the path, and it could not be installed: install it and run them again",
  );
}
