import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Clock } from "../../ports.ts";
import { StoreFault } from "../fault.ts";
import type { Item, Movable } from "../line.ts";
import { faultOf } from "./fault.ts";

type Options = { readonly database: DatabaseSync; readonly clock: Pick<Clock, "now"> };

export function createMover({ database, clock }: Options): Movable {
  async function* dump(): AsyncIterable<Item> {
    const now = clock.now();
    const records = "SELECT * FROM records WHERE expires_at IS NULL OR expires_at > ? ORDER BY name";
    for (const row of database.prepare(records).iterate(now)) {
      const { name, version, expires_at: expiresAt, json } = RecordRow.parse(row);
      yield { record: name, version, expiresAt, value: JSON.parse(json) };
    }
    for (const row of database.prepare("SELECT * FROM entries ORDER BY log, at").iterate()) {
      const { log, at, json } = EntryRow.parse(row);
      yield { log, at, value: JSON.parse(json) };
    }
    for (const row of database.prepare("SELECT string FROM strings ORDER BY string").iterate()) {
      yield { index: StringRow.parse(row).string };
    }
  }

  async function load(items: AsyncIterable<Item>): Promise<void> {
    const doing = "could not fill the state file";
    try {
      database.exec("BEGIN IMMEDIATE");
      const full = "SELECT 1 FROM records UNION ALL SELECT 1 FROM entries UNION ALL SELECT 1 FROM strings LIMIT 1";
      if (database.prepare(full).get()) throw new StoreFault(`${doing}: there is something in it already`);
      const insert = createInsert(database);
      for await (const item of items) insert(item);
      database.exec("COMMIT");
    } catch (err) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw faultOf(err, { doing, writing: true });
    }
  }

  return { dump, load };
}

function createInsert(database: DatabaseSync): (item: Item) => void {
  const record = database.prepare("INSERT INTO records (name, version, expires_at, json) VALUES (?, ?, ?, ?)");
  const entry = database.prepare("INSERT INTO entries (log, at, json) VALUES (?, ?, ?)");
  const string = database.prepare("INSERT INTO strings (string) VALUES (?)");
  return (item) => {
    if ("record" in item) record.run(item.record, item.version, item.expiresAt, JSON.stringify(item.value));
    else if ("log" in item) entry.run(item.log, item.at, JSON.stringify(item.value));
    else string.run(item.index);
  };
}

const RecordRow = z.object({
  name: z.string(),
  version: z.string(),
  json: z.string(),
  expires_at: z.number().nullable(),
});
const EntryRow = z.object({ log: z.string(), at: z.number(), json: z.string() });
const StringRow = z.object({ string: z.string() });
