import { Redis, type RedisOptions } from "ioredis";
import { StoreFault } from "../fault.ts";
import { type Trouble, troubleOf } from "./fault.ts";

export type Connection = {
  /**
   * Sends what `send` sends, and once more if the connection is lost or moves meanwhile: all of it has to be harmless when
   * done twice. Within a second there is an answer, or a fault.
   */
  ask<T>(question: Question<T>): Promise<T>;
  /** A number for each time that we were connected anew. */
  times(): number;
  close(): void;
};

type Question<T> = {
  /** What could not be done, if it cannot be done. */
  readonly doing: string;
  readonly writing?: boolean;
  readonly send: (redis: Redis) => Promise<T>;
};

const answerWithinMs = 900;
/** For one command: shorter than the whole, so that it is the one that names the reason. */
const commandWithinMs = 800;

export function createConnection(url: string): Connection {
  const redis = new Redis({ ...addressOf(url), ...profile });
  const waiting = new Set<() => void>();
  let trouble: Trouble | null = null;
  let usable = false;
  let times = 0;
  redis.on("error", (err: unknown) => {
    trouble = troubleOf(err) ?? trouble;
  });
  redis.on("close", () => {
    usable = false;
  });
  redis.on("ready", () => {
    trouble = null;
    usable = true;
    times += 1;
    for (const go of waiting) go();
  });

  async function ask<T>({ doing, writing = false, send }: Question<T>): Promise<T> {
    const deadline = AbortSignal.timeout(answerWithinMs);
    const troubles: Trouble[] = [];
    for (let attempt = 1; attempt <= attempts && (await isUsable(deadline)); attempt += 1) {
      const connectedAs = times;
      try {
        return await send(redis);
      } catch (err) {
        const found = troubleOf(err);
        if (found === null) throw err;
        troubles.push(found);
        if (found.reconnect && times === connectedAs) dropConnection();
        if (!found.passing || deadline.aborted) break;
      }
    }
    // A definite answer says more than the loss of the connection after it.
    const why = troubles.find((it) => it.certain) ?? trouble ?? troubles[0];
    const unchanged = writing && troubles.every((it) => it.certain);
    throw new StoreFault(
      `${doing}: ${why?.sentence ?? "Redis cannot be reached"}${unchanged ? "; nothing was changed" : ""}`,
    );
  }

  /** Waits for the connection until the deadline. */
  function isUsable(deadline: AbortSignal): Promise<boolean> {
    if (usable) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const go = (): void => resolve(true);
    const giveUp = (): void => resolve(false);
    waiting.add(go);
    deadline.addEventListener("abort", giveUp, { once: true });
    if (deadline.aborted) giveUp();
    return promise.finally(() => {
      waiting.delete(go);
      deadline.removeEventListener("abort", giveUp);
    });
  }

  /** What comes next must not queue behind what hangs, nor go to a server that is the wrong one by now. */
  function dropConnection(): void {
    if (!usable) return;
    usable = false;
    if (redis.status === "ready") redis.disconnect(true);
  }

  return { ask, times: () => times, close: () => redis.disconnect() };
}

const attempts = 3;

/** By default ioredis sends a command again by itself when its answer was lost, and waits for more than a minute. */
const profile = {
  protocol: 2 as const,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: commandWithinMs,
  connectTimeout: 2_000,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 10), 1_000),
  connectionName: "whatsrunning",
} satisfies RedisOptions;

/** Our own reading of the URL: ioredis would take its query for options, and a failed `new URL` repeats the password. */
function addressOf(text: string) {
  const url = URL.parse(text);
  const database = url?.pathname.slice(1) ?? "";
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || !/^\d{0,4}$/.test(database)) {
    throw new StoreFault("REDIS_URL must be a redis:// or rediss:// address, e.g. rediss://redis.example:6379");
  }
  const { protocol, hostname, port, username, password } = url;
  return {
    host: hostname.replaceAll(/^\[|\]$/g, ""),
    port: port === "" ? 6379 : Number(port),
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(database === "" ? {} : { db: Number(database) }),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  };
}
