import type { DatabaseSync } from "node:sqlite";
import type { EpochMs } from "../../core/workload.ts";
import { type Change, remembered, sweptAfterMs } from "../change.ts";

/** What a commit does inside its transaction, with every statement prepared once. */
export function createWriter(database: DatabaseSync): (change: Change, now: EpochMs) => "done" | "conflict" {
  const statement = {
    seen: database.prepare("SELECT 1 FROM commits WHERE id = ?"),
    version: database.prepare("SELECT version FROM records WHERE name = ? AND (expires_at IS NULL OR expires_at > ?)"),
    put: database.prepare("INSERT OR REPLACE INTO records (name, version, json, expires_at) VALUES (?, ?, ?, ?)"),
    remove: database.prepare("DELETE FROM records WHERE name = ?"),
    append: database.prepare(
      "INSERT INTO entries (log, at, json) SELECT :log, max(:at, ifnull(max(at) + 1, 0)), :json FROM entries WHERE log = :log",
    ),
    drop: database.prepare("DELETE FROM strings WHERE string = ?"),
    add: database.prepare("INSERT OR IGNORE INTO strings (string) VALUES (?)"),
    trim: database.prepare(
      "DELETE FROM entries WHERE log = :log AND at < (SELECT max(at) FROM entries WHERE log = :log AND at < :horizon)",
    ),
    remember: database.prepare("INSERT INTO commits (id) VALUES (?)"),
    forget: database.prepare("DELETE FROM commits WHERE number <= (SELECT max(number) FROM commits) - ?"),
    sweep: database.prepare(
      "DELETE FROM records WHERE name IN (SELECT name FROM records WHERE expires_at <= ? LIMIT 20)",
    ),
  };

  return (change, now) => {
    if (statement.seen.get(change.id)) return "done";
    const holds = change.expect.every(
      ({ name, version }) => (statement.version.get(name, now)?.["version"] ?? null) === version,
    );
    if (!holds) return "conflict";

    for (const { name, json, expiresAt } of change.put) statement.put.run(name, change.id, json, expiresAt);
    for (const name of change.remove) statement.remove.run(name);
    for (const { log, at, json } of change.append) statement.append.run({ log, at, json });
    for (const string of change.drop) statement.drop.run(string);
    for (const string of change.add) statement.add.run(string);
    for (const { log, horizon } of change.trim) statement.trim.run({ log, horizon });
    statement.remember.run(change.id);
    statement.forget.run(remembered);
    statement.sweep.run(now - sweptAfterMs);
    return "done";
  };
}
