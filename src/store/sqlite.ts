import { z } from "zod";
import type { Clock, Durability, Entry, Key, Page, Store, Versioned } from "../ports.ts";
import { behind, limitOf, nameOf, pageOf, prefixOf, timeOf, valueOf } from "./change.ts";
import type { Movable } from "./line.ts";
import { createCommitting } from "./sqlite/commit.ts";
import { faultOf } from "./sqlite/fault.ts";
import { openFile } from "./sqlite/file.ts";
import { createMover } from "./sqlite/move.ts";
import { createWriter } from "./sqlite/write.ts";

type Options = {
  /** `:memory:` is a store that is empty at the start and gone at the end. */
  readonly path: string;
  readonly clock: Pick<Clock, "now">;
};

/** The store of one process: a file that nobody else can open meanwhile. Throws when it cannot be used. */
export function createSqliteStore({ path, clock }: Options): Store & Movable & AsyncDisposable {
  const { database, isGone } = openFile(path);
  const write = createWriter(database);
  const statement = {
    read: database.prepare(
      "SELECT name, version, json FROM records WHERE name = ? AND (expires_at IS NULL OR expires_at > ?)",
    ),
    list: database.prepare(
      `SELECT name, version, json FROM records WHERE name >= :prefix AND name > :after AND name < CAST(:behind AS TEXT)
       AND (expires_at IS NULL OR expires_at > :now) ORDER BY name LIMIT :limit`,
    ),
    range: database.prepare("SELECT at, json FROM entries WHERE log = ? AND at < ? ORDER BY at DESC LIMIT ?"),
    find: database.prepare(
      `SELECT string FROM strings WHERE string >= :prefix AND string > :after AND string < CAST(:behind AS TEXT)
       ORDER BY string LIMIT :limit`,
    ),
  };

  async function read<T>(key: Key<T>): Promise<Versioned<T> | null> {
    const found = asked(`could not read ${key.name}`, () => statement.read.get(nameOf(key), clock.now()));
    return found ? versioned(key, found) : null;
  }

  async function list<T>(prefix: Key<T>, page: Page): Promise<readonly Versioned<T>[]> {
    const part = partOf(prefix.name, page);
    const found = asked(`could not list ${prefix.name}`, () => statement.list.all({ ...part, now: clock.now() }));
    return found.map((it) => versioned(prefix, it));
  }

  const commit = createCommitting({ database, write, now: clock.now });

  async function range<T>(
    log: Key<T>,
    { before, limit }: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly Entry<T>[]> {
    const until = before === null ? Number.MAX_SAFE_INTEGER : timeOf(before);
    const found = asked(`could not read ${log.name}`, () => statement.range.all(nameOf(log), until, limitOf(limit)));
    return z
      .array(EntryRow)
      .parse(found)
      .map((it) => ({ at: it.at, value: valueOf(log, it.json) }));
  }

  async function find(prefix: string, page: Page): Promise<readonly string[]> {
    const found = asked(`could not search for ${prefix}`, () => statement.find.all(partOf(prefix, page)));
    return z
      .array(StringRow)
      .parse(found)
      .map((it) => it.string);
  }

  async function durability(of?: { readonly key: Key<unknown>; readonly version: string }): Promise<Durability> {
    if (path === ":memory:")
      return { durable: false, because: ["the store is in memory: set STATE_FILE or REDIS_URL"] };
    if (isGone()) return { durable: false, because: [`the state file ${path} was deleted or replaced: start again`] };
    const there = of && asked(`could not read ${of.key.name}`, () => statement.read.get(nameOf(of.key), clock.now()));
    if (of && there?.["version"] !== of.version) return { durable: false, because: [`${of.key.name} has changed`] };
    return { durable: true };
  }

  return {
    read,
    list,
    commit,
    range,
    find,
    durability,
    ...createMover({ database, clock }),
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

function asked<T>(doing: string, ask: () => T): T {
  try {
    return ask();
  } catch (err) {
    throw faultOf(err, { doing, writing: false });
  }
}

function partOf(prefix: string, page: Page): { prefix: string; after: string; behind: Buffer; limit: number } {
  const { after, limit } = pageOf(page);
  return { prefix: prefixOf(prefix), after: after ?? "", behind: behind(prefix), limit };
}

function versioned<T>({ parse }: Key<T>, row: unknown): Versioned<T> {
  const { name, version, json } = RecordRow.parse(row);
  const key = { name, parse };
  return { key, value: valueOf(key, json), version };
}

const RecordRow = z.object({ name: z.string(), version: z.string(), json: z.string() });
const EntryRow = z.object({ at: z.number(), json: z.string() });
const StringRow = z.object({ string: z.string() });
