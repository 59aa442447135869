import { existsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../ports.ts";
import { exported, imported } from "./export.ts";
import { StoreFault } from "./fault.ts";
import type { Movable } from "./line.ts";
import { createRedisStore } from "./redis.ts";
import { createSqliteStore } from "./sqlite.ts";

type Options = {
  readonly args: readonly string[];
  /** Null where it is not set. */
  readonly redisUrl: string | null;
  readonly stateFile: string;
  readonly clock: Pick<Clock, "now">;
};

export const usage = `Stop the bot first. The store is the Redis of REDIS_URL, or without it the file STATE_FILE.
  npm run store -- export <file>   writes all of it to a new file, as lines of JSON
  npm run store -- import <file>   reads such a file into a store where nothing is
  npm run store -- move            copies STATE_FILE into REDIS_URL`;

/** Tells what was done. Null: that is no command, or not all of one. */
export async function runStoreCommand({ args, redisUrl, stateFile, clock }: Options): Promise<string | null> {
  const [verb, path, ...more] = args;
  if (more.length > 0) return null;
  if (verb === "export" && path !== undefined) {
    await using store = redisUrl === null ? existing() : createRedisStore({ url: redisUrl, clock });
    await writeNew(path, exported(store));
    return `exported to ${path}`;
  }
  if (verb === "import" && path !== undefined) {
    await using file = await open(path);
    await using store = opened();
    return `imported ${await imported(store, file.readLines())} lines`;
  }
  if (verb === "move" && path === undefined && redisUrl !== null) {
    await using from = existing();
    await using to = opened();
    return `moved ${await imported(to, exported(from))} lines`;
  }
  return null;

  function opened(): Movable & AsyncDisposable {
    return redisUrl === null
      ? createSqliteStore({ path: stateFile, clock })
      : createRedisStore({ url: redisUrl, clock });
  }

  /** To open it would make one. */
  function existing(): Movable & AsyncDisposable {
    if (!existsSync(stateFile)) {
      throw new StoreFault(`there is no state file ${stateFile}: set STATE_FILE or REDIS_URL`);
    }
    return createSqliteStore({ path: stateFile, clock });
  }
}

/** Never over another file, and no half of one stays. */
async function writeNew(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await pipeline(Readable.from(lines), file.createWriteStream({ flush: true }));
  } catch (err) {
    await rm(path);
    throw err;
  } finally {
    await file.close();
  }
}
