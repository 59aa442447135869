import type { DatabaseSync } from "node:sqlite";
import { setImmediate as othersTurn } from "node:timers/promises";
import type { EpochMs } from "../../core/workload.ts";
import type { Commit } from "../../ports.ts";
import { type Change, changeOf } from "../change.ts";
import { faultOf } from "./fault.ts";

type Options = {
  readonly database: DatabaseSync;
  /** What is done inside of a transaction. */
  readonly write: (change: Change, now: EpochMs) => Outcome;
  readonly now: () => EpochMs;
};
type Outcome = "done" | "conflict";
type Waiting = { readonly change: Change; readonly outcome: PromiseWithResolvers<Outcome> };

/** Commits that come at once are written at once: what takes time is that the disk has them. */
export function createCommitting({ database, write, now }: Options): (what: Commit) => Promise<Outcome> {
  let waiting: Waiting[] = [];

  async function commit(what: Commit): Promise<Outcome> {
    const change = changeOf(what);
    const outcome = Promise.withResolvers<Outcome>();
    waiting.push({ change, outcome });
    if (waiting.length === 1) void writeSoon();
    return outcome.promise;
  }

  async function writeSoon(): Promise<void> {
    await othersTurn();
    const all = waiting;
    waiting = [];
    if (settled(all)) return;
    for (const one of all) settled([one]); // what is wrong with one must not befall the others
  }

  /** All of them in one transaction. False: nothing was written, and each may yet be by itself. */
  function settled(all: readonly Waiting[]): boolean {
    try {
      database.exec("BEGIN IMMEDIATE");
      const at = now();
      const outcomes = all.map(({ change }) => write(change, at));
      database.exec("COMMIT");
      for (const [index, { outcome }] of all.entries()) outcome.resolve(outcomes[index] ?? "conflict");
      return true;
    } catch (err) {
      const fault = undone(err);
      if (all.length > 1) return false;
      for (const { outcome } of all) outcome.reject(fault);
      return true;
    }
  }

  function undone(err: unknown): unknown {
    try {
      if (database.isOpen && database.isTransaction) database.exec("ROLLBACK");
      return faultOf(err, { doing: "could not commit", writing: true });
    } catch (another) {
      return another;
    }
  }

  return commit;
}
