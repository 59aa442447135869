import type { ChainableCommander, Redis } from "ioredis";
import type { Clock } from "../../ports.ts";
import { schemaVersion, sweptAfterMs } from "../change.ts";
import { StoreFault } from "../fault.ts";
import type { Item, Movable } from "../line.ts";
import type { Connection } from "./connection.ts";
import { type Layout, loading } from "./layout.ts";
import { membersOf } from "./page.ts";
import { entryOf, storedOf, storedText } from "./record.ts";
import { checkSchema } from "./schema.ts";

type Options = { readonly connection: Connection; readonly layout: Layout; readonly clock: Pick<Clock, "now"> };

const atOnce = 500;

export function createMover({ connection: { ask }, layout, clock }: Options): Movable {
  async function* dump(): AsyncIterable<Item> {
    const before = await state();
    checkSchema(before.schema);
    for await (const names of pages(layout.records)) yield* await records(names);
    for await (const names of pages(layout.logs)) for (const name of names) yield* entries(name);
    for await (const strings of pages(layout.strings)) for (const index of strings) yield { index };
    const after = await state();
    if (after.last !== before.last) {
      throw new StoreFault("somebody wrote to the store while it was read: stop the bot first");
    }
  }

  const reading = <T>(send: (redis: Redis) => Promise<T>): Promise<T> =>
    ask({ doing: "could not read the store", send });

  async function state() {
    const [schema, last] = await reading((redis) =>
      Promise.all([redis.get(layout.schema), redis.zrange(layout.commits, "-1", "-1")]),
    );
    return { schema, last: last[0] };
  }

  async function* pages(set: string): AsyncIterable<readonly string[]> {
    for (let after: string | null = null; ;) {
      const page: readonly string[] = await reading(membersOf(set, { prefix: "", after, limit: atOnce }));
      yield page;
      after = page.at(-1) ?? null;
      if (page.length < atOnce) return;
    }
  }

  async function records(names: readonly string[]): Promise<readonly Item[]> {
    if (names.length === 0) return [];
    const raws = await reading((redis) => redis.mget(names.map(layout.record)));
    return names.flatMap((name, at) => {
      const stored = storedOf(raws[at] ?? null, { name, now: clock.now() });
      if (stored === null) return [];
      const { version, expiresAt, json } = stored;
      return [{ record: name, version, expiresAt, value: JSON.parse(json) }];
    });
  }

  async function* entries(log: string): AsyncIterable<Item> {
    for (let after = "-"; ;) {
      const page = await reading((redis) => redis.xrange(layout.log(log), after, "+", "COUNT", atOnce));
      for (const { at, json } of page.map(entryOf)) yield { log, at, value: JSON.parse(json) };
      if (page.length < atOnce) return;
      after = `(${page.at(-1)?.[0] ?? "+"}`;
    }
  }

  async function load(items: AsyncIterable<Item>): Promise<void> {
    await begin();
    let batch: Item[] = [];
    for await (const item of items) {
      batch.push(item);
      if (batch.length < atOnce) continue;
      await write(batch);
      batch = [];
    }
    await write(batch);
    await writing((redis) => redis.set(layout.schema, String(schemaVersion)));
  }

  const writing = <T>(send: (redis: Redis) => Promise<T>): Promise<T> =>
    ask({ doing: "could not fill the store", send });

  /** What an import left behind that was cut short is cleared away; anything else is refused. */
  async function begin(): Promise<void> {
    const { schema } = await state();
    const filled = await reading((redis) => redis.exists(layout.records, layout.logs, layout.strings));
    if (schema !== loading && (schema !== null || filled > 0)) {
      checkSchema(schema);
      throw new StoreFault("could not fill the store: there is something in it already");
    }
    await writing((redis) => redis.set(layout.schema, loading));
    for (let cursor = "0"; ;) {
      const [next, keys] = await writing((redis) => redis.scan(cursor, "MATCH", layout.all, "COUNT", atOnce));
      const old = keys.filter((it) => it !== layout.schema);
      if (old.length > 0) await writing((redis) => redis.unlink(old));
      cursor = next;
      if (cursor === "0") return;
    }
  }

  /** All of a batch or nothing. Sent twice it fails: entries of a log are only ever added at its end. */
  async function write(items: readonly Item[]): Promise<void> {
    await writing(async (redis) => {
      const batch = redis.multi();
      for (const item of items) add(batch, item);
      const answers = await batch.exec();
      const refusal = answers?.find(([err]) => err !== null)?.[0];
      if (refusal) throw refusal;
    });
  }

  function add(batch: ChainableCommander, item: Item): void {
    if ("log" in item) {
      batch.xadd(layout.log(item.log), `${item.at}-0`, "v", JSON.stringify(item.value)).zadd(layout.logs, 0, item.log);
    } else if ("index" in item) {
      batch.zadd(layout.strings, 0, item.index);
    } else {
      const { record, version, expiresAt, value } = item;
      const text = storedText({ version, expiresAt, json: JSON.stringify(value) });
      batch.zadd(layout.records, 0, record);
      if (expiresAt === null) batch.set(layout.record(record), text);
      else addExpiring(batch, { record, expiresAt, text });
    }
  }

  type Expiring = { readonly record: string; readonly expiresAt: number; readonly text: string };

  function addExpiring(batch: ChainableCommander, { record, expiresAt, text }: Expiring): void {
    const lifetime = Math.max(1, expiresAt + sweptAfterMs - clock.now());
    batch.set(layout.record(record), text, "PX", lifetime).zadd(layout.expiring, expiresAt, record);
  }

  return { dump, load };
}
