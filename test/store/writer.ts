import { createSqliteStore } from "../../src/store/sqlite.ts";
import { text } from "./given.ts";

/**
 * A process of its own that writes to a state file for as long as it can, and says each time that it was told "done". It
 * tries once more what went wrong.
 */
const [path = "", from = "1"] = process.argv.slice(2);
try {
  const store = createSqliteStore({ path, clock: { now: Date.now } });
  for (let number = Number(from); ; number += 1) {
    const value = `${number} `.padEnd(2_000, "x");
    const change = {
      id: `c${number}`,
      put: [{ key: text("last"), value }],
      append: [{ log: text("l"), at: number, value }],
      index: { add: [`${number}`] },
    };
    await store.commit(change).catch((err: unknown) => {
      process.stdout.write(`once more after ${String(err)}\n`);
      return store.commit(change);
    });
    process.stdout.write(`done ${number}\n`);
  }
} catch (err) {
  process.stdout.write(`fault ${err instanceof Error ? err.message : String(err)}\n`);
}
