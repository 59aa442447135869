import { once } from "node:events";
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** Where the bot keeps what it must not forget, and a way to take it from it. */
export type DemoStore = AsyncDisposable & {
  /** What the bot is told about it. */
  readonly settings: Readonly<Record<string, string>>;
  drop(): Promise<void>;
  bringBack(): Promise<void>;
};

/** In a Redis of the visitor's, through a door of ours that can be shut; else in a file. */
export async function openDemoStore(folder: string, redisUrl: string | null): Promise<DemoStore> {
  return redisUrl === null ? fileStore(folder) : redisStore(redisUrl);
}

function fileStore(folder: string): DemoStore {
  const file = join(folder, "state.sqlite");
  const aside = join(folder, "state.aside");
  const bringBack = async () => {
    if (existsSync(aside) && !existsSync(file)) await rename(aside, file);
  };
  return {
    settings: { STATE_FILE: file },
    drop: async () => {
      if (existsSync(file)) await rename(file, aside);
    },
    bringBack,
    [Symbol.asyncDispose]: bringBack,
  };
}

async function redisStore(url: string): Promise<DemoStore> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let open = true;
  const door = createServer((near) => {
    if (!open) return void near.destroy();
    const far = connect({ host: target.hostname, port: Number(target.port || 6379) });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(typeof address === "object" ? (address?.port ?? "") : "");
  const cut = () => {
    for (const it of sockets) it.destroy();
  };
  return {
    // A name in a certificate would not be that of the door, so that encrypted connections go past it.
    settings: { REDIS_URL: target.protocol === "rediss:" ? url : through.href },
    drop: async () => {
      open = false;
      cut();
      return Promise.resolve();
    },
    bringBack: async () => {
      open = true;
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      door.close();
      await once(door, "close");
    },
  };
}
