import type { Running } from "../../core/running.ts";
import { unlessLate } from "../../deadline.ts";
import type { Names } from "../../ports.ts";

type Deps = {
  readonly names: Names;
  /** How long an answer waits for them. */
  readonly waitMs?: number;
};

const mostPeople = 6;

/** What those are called in Slack who deployed what an answer is about: for as long as an answer can wait. */
export function createNaming({ names, waitMs = 400 }: Deps) {
  return async function namesOf(running: readonly Running[]): Promise<ReadonlyMap<string, string>> {
    const deployers = running.flatMap((it) => it.provenance.deployers.map(({ value }) => value));
    const signed = new Set(deployers.flatMap((it) => (it.kind === "person" ? it.name : [])));
    const found = new Map<string, string>();
    const each = [...signed].slice(0, mostPeople).map(async (it) => {
      const name = await names.nameOf(it).catch(() => null);
      if (name !== null) found.set(it, name);
    });
    if (each.length > 0) await unlessLate(Promise.all(each), waitMs);
    return new Map(found);
  };
}
