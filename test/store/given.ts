import { z } from "zod";
import type { Commit, Key, Page, Store } from "../../src/ports.ts";

/** Records and logs of text: enough to see what a store does with any value. */
export const text = (name: string): Key<string> => ({ name, parse: (value) => z.string().parse(value) });

/** Takes whatever is there. */
export const anything = (name: string): Key<unknown> => ({ name, parse: (value) => value });

export const all: Page = { after: null, limit: 1000 };

export type Hands = ReturnType<typeof handsOn>;

/** Short ways to change and to look, and a clock that is set by hand. */
export function handsOn(store: Store, clock: { at: number }) {
  let commits = 0;
  const newId = (): string => `c${(commits += 1)}`;
  return {
    store,
    clock,
    newId,
    commit: (change: Omit<Commit, "id">) => store.commit({ id: newId(), ...change }),
    put: (name: string, value: string) => store.commit({ id: newId(), put: [{ key: text(name), value }] }),
    async value(name: string): Promise<string | null> {
      return (await store.read(text(name)))?.value ?? null;
    },
    async log(name: string): Promise<readonly (readonly [number, string])[]> {
      const entries = await store.range(text(name), { before: null, limit: 1000 });
      return entries.map(({ at, value }) => [at, value] as const);
    },
  };
}

export const noon = Date.UTC(2026, 10, 24, 12);

export const hour = 3_600_000;
