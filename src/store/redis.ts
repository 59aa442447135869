import type { Clock, Commit, Entry, Key, Page, Store, Versioned } from "../ports.ts";
import { changeOf, limitOf, nameOf, timeOf, valueOf } from "./change.ts";
import { StoreFault } from "./fault.ts";
import type { Movable } from "./line.ts";
import { createConnection } from "./redis/connection.ts";
import { createDurability } from "./redis/durability.ts";
import { layoutOf } from "./redis/layout.ts";
import { createMover } from "./redis/move.ts";
import { membersOf } from "./redis/page.ts";
import { entryOf, storedOf } from "./redis/record.ts";
import { checkSchema } from "./redis/schema.ts";
import { commitScript, scriptInput } from "./redis/script.ts";

type Options = {
  readonly url: string;
  /** Keeps several bots apart in one Redis. */
  readonly installation?: string;
  readonly clock: Pick<Clock, "now">;
};

/** The store of several replicas. It connects by itself, now and after each outage; a verb waits less than a second for that. */
export function createRedisStore({
  url,
  installation = "whatsrunning",
  clock,
}: Options): Store & Movable & AsyncDisposable {
  const layout = layoutOf(installation);
  const connection = createConnection(url);
  const { ask } = connection;

  async function read<T>(key: Key<T>): Promise<Versioned<T> | null> {
    const name = nameOf(key);
    const [schema, raw] = await ask({
      doing: `could not read ${name}`,
      send: (redis) => Promise.all([redis.get(layout.schema), redis.get(layout.record(name))]),
    });
    checkSchema(schema);
    return versioned(key, raw);
  }

  function versioned<T>(key: Key<T>, raw: string | null): Versioned<T> | null {
    const stored = storedOf(raw, { name: key.name, now: clock.now() });
    return stored && { key, value: valueOf(key, stored.json), version: stored.version };
  }

  /** Names whose record has expired or was removed just now are passed over, until the page is full or nothing is left. */
  async function list<T>({ name: prefix, parse }: Key<T>, { after, limit }: Page): Promise<readonly Versioned<T>[]> {
    const found: Versioned<T>[] = [];
    for (let last = after; ;) {
      const names = await members(layout.records, { prefix, after: last, limit });
      const raws = await values(names);
      const there = names.flatMap((name, at) => versioned({ name, parse }, raws[at] ?? null) ?? []);
      found.push(...there);
      last = names.at(-1) ?? null;
      if (names.length < limit || found.length >= limit) return found.slice(0, limit);
    }
  }

  async function members(set: string, page: Page & { readonly prefix: string }): Promise<readonly string[]> {
    const next = membersOf(set, page);
    const [schema, names] = await ask({
      doing: `could not search for ${page.prefix}`,
      send: (redis) => Promise.all([redis.get(layout.schema), next(redis)]),
    });
    checkSchema(schema);
    return names;
  }

  async function values(names: readonly string[]): Promise<readonly (string | null)[]> {
    if (names.length === 0) return [];
    return ask({ doing: "could not read records", send: (redis) => redis.mget(names.map(layout.record)) });
  }

  async function commit(what: Commit): Promise<"done" | "conflict"> {
    const { keys, args } = scriptInput(changeOf(what), { layout, now: clock.now() });
    const answer = await ask({
      doing: "could not commit",
      writing: true,
      send: (redis) => redis.eval(commitScript, keys.length, ...keys, ...args),
    });
    if (answer === "done" || answer === "conflict") return answer;
    checkSchema(/^schema (.*)/.exec(String(answer))?.[1] ?? null);
    throw new StoreFault("could not commit: Redis does not answer as our script does");
  }

  async function range<T>(
    log: Key<T>,
    { before, limit }: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly Entry<T>[]> {
    const from = before === null ? "+" : `(${timeOf(before)}-0`;
    const stream = layout.log(nameOf(log));
    const most = limitOf(limit);
    const [schema, entries] = await ask({
      doing: `could not read ${log.name}`,
      send: (redis) => Promise.all([redis.get(layout.schema), redis.xrevrange(stream, from, "-", "COUNT", most)]),
    });
    checkSchema(schema);
    return entries.map(entryOf).map(({ at, json }) => ({ at, value: valueOf(log, json) }));
  }

  return {
    read,
    list,
    commit,
    range,
    find: (prefix, page) => members(layout.strings, { prefix, ...page }),
    durability: createDurability({ connection, layout, clock }),
    ...createMover({ connection, layout, clock }),
    [Symbol.asyncDispose]: async () => connection.close(),
  };
}
