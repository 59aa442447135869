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
  let times = 0;
  redis.on("error", (err: unknown) => {
    trouble = troubleOf(err) ?? trouble;
  });
  redis.on("ready", () => {
    trouble = null;
    times += 1;
    for (const go of waiting) go();
  });

  async function ask<T>({ doing, writing = false, send }: Question<T>): Promise<T> {
    const deadline = AbortSignal.timeout(answerWithinMs);
    for (let attempt = 1; ; attempt += 1) {
      if (!(await isReady(deadline))) {
        const why = trouble?.sentence ?? "Redis cannot be reached";
        throw new StoreFault(`${doing}: ${why}${writing && attempt === 1 ? never : ""}`);
      }
      try {
        return await send(redis);
      } catch (err) {
        const why = troubleOf(err);
        if (why === null) throw err;
        if (!why.certain && !why.passing) redis.disconnect(true); // silent: what comes next must not queue behind it
        if (!why.passing || attempt === attempts || deadline.aborted) {
          throw new StoreFault(`${doing}: ${why.sentence}${writing && why.certain && attempt === 1 ? never : ""}`);
        }
      }
    }
  }

  /** Waits for the connection until the deadline. */
  function isReady(deadline: AbortSignal): Promise<boolean> {
    if (redis.status === "ready") return Promise.resolve(true);
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

  return { ask, times: () => times, close: () => redis.disconnect() };
}

const attempts = 3;
const never = "; nothing was changed";

/** By default ioredis sends a command again by itself when its answer was lost, and waits for more than a minute. */
const profile = {
  protocol: 2 as const,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: commandWithinMs,
  connectTimeout: 2_000,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 10), 1_000),
  // After a failover the old master is a replica: the name in the address may have moved on.
  reconnectOnError: (err: Error) => err.message.startsWith("READONLY"),
  connectionName: "whatsrunning",
} satisfies RedisOptions;

/** Our own reading of the URL: ioredis would take its query for options. */
function addressOf(url: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const database = pathname.slice(1);
  if (!/^rediss?:$/.test(protocol) || hostname === "" || !/^\d{0,4}$/.test(database)) {
    throw new StoreFault("REDIS_URL must be a redis:// or rediss:// address, e.g. rediss://redis.example:6379");
  }
  return {
    host: hostname.replaceAll(/^\[|\]$/g, ""),
    port: port === "" ? 6379 : Number(port),
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(database === "" ? {} : { db: Number(database) }),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  };
}
