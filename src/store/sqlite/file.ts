import { accessSync, constants, existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { schemaVersion } from "../change.ts";
import { StoreFault } from "../fault.ts";
import { faultOf } from "./fault.ts";

export type File = {
  readonly database: DatabaseSync;
  /** What was opened has been deleted or replaced since: what we write now is gone when we end. */
  isGone(): boolean;
};

/** Opens it for this process alone. A file that is refused is not changed. */
export function openFile(path: string): File {
  let database: DatabaseSync | null = null;
  try {
    // SQLite itself would find out only while it locks the file, and call it an I/O error.
    if (existsSync(path)) accessSync(path, constants.W_OK);
    database = new DatabaseSync(path, { timeout: 1_000 });
    return prepared(database, path);
  } catch (err) {
    database?.close();
    throw faultOf(err, { doing: `cannot use the state file ${path}`, writing: false });
  }
}

function prepared(database: DatabaseSync, path: string): File {
  // The lock on the file itself is held until we end, however that happens. It has to be asked for before WAL mode begins.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
  if (typeof version !== "number" || version > schemaVersion) {
    throw new StoreFault(
      `cannot use the state file ${path}: a newer version of whatsrunning has written it (schema ${String(version)}, and this one knows ${schemaVersion})`,
    );
  }
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec("BEGIN EXCLUSIVE");
  database.exec(schema);
  database.exec("COMMIT");
  const opened = identityOf(path);
  return { database, isGone: () => identityOf(path) !== opened };
}

/** Text compares by its bytes, as names in Redis do. */
const schema = `
  CREATE TABLE IF NOT EXISTS records (
    name TEXT PRIMARY KEY, version TEXT NOT NULL, json TEXT NOT NULL, expires_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS expiring ON records (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS entries (
    log TEXT, at INTEGER, json TEXT NOT NULL, PRIMARY KEY (log, at)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS strings (string TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS commits (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  PRAGMA user_version = ${schemaVersion};
`;

/** By its number on its disk. It must not be opened for this: closing it again would let go of the lock. */
function identityOf(path: string): string {
  const stat = path === ":memory:" ? null : statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.dev}:${stat.ino}` : "";
}
