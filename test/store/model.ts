import type { Commit, Entry, Key, Page, Store, Versioned } from "../../src/ports.ts";

/** What a store means, said as plainly as possible: maps, and no thought of speed or of surviving anything. */
export function createModel(clock: { readonly now: () => number }): Omit<Store, "durability"> {
  const records = new Map<string, { readonly value: unknown; readonly version: string; readonly expiresAt: number }>();
  const logs = new Map<string, readonly Entry<unknown>[]>();
  const strings = new Set<string>();
  const done = new Set<string>();

  const alive = (name: string) => {
    const found = records.get(name);
    return found && found.expiresAt > clock.now() ? found : null;
  };

  async function commit({ id, expect, put, remove, append, index, trim }: Commit): Promise<"done" | "conflict"> {
    if (done.has(id)) return "done";
    if (expect?.some((it) => (alive(it.key.name)?.version ?? null) !== it.version)) return "conflict";
    done.add(id);
    for (const it of put ?? []) {
      records.set(it.key.name, { value: it.value, version: id, expiresAt: it.expiresAt ?? Infinity });
    }
    for (const it of remove ?? []) records.delete(it.name);
    for (const { log, at, value } of append ?? []) {
      const old = logs.get(log.name) ?? [];
      logs.set(log.name, [...old, { at: Math.max(at, (old.at(-1)?.at ?? 0) + 1), value }]);
    }
    for (const it of index?.drop ?? []) strings.delete(it);
    for (const it of index?.add ?? []) strings.add(it);
    for (const { log, horizon } of trim ?? []) {
      const old = logs.get(log.name) ?? [];
      const inForce = old.findLast((it) => it.at < horizon);
      logs.set(
        log.name,
        old.filter((it) => !inForce || it.at >= inForce.at),
      );
    }
    return "done";
  }

  async function read<T>(key: Key<T>): Promise<Versioned<T> | null> {
    const found = alive(key.name);
    return found && { key, value: key.parse(found.value), version: found.version };
  }

  async function list<T>({ name: prefix, parse }: Key<T>, page: Page): Promise<readonly Versioned<T>[]> {
    const names = [...records.keys()].filter((it) => it.startsWith(prefix) && alive(it));
    const found = await Promise.all(pageOf(names, page).map((name) => read({ name, parse })));
    return found.filter((it) => it !== null);
  }

  return {
    read,
    list,
    commit,
    range: async (log, { before, limit }) =>
      (logs.get(log.name) ?? [])
        .filter((it) => before === null || it.at < before)
        .toReversed()
        .slice(0, limit)
        .map(({ at, value }) => ({ at, value: log.parse(value) })),
    find: async (prefix, page) =>
      pageOf(
        [...strings].filter((it) => it.startsWith(prefix)),
        page,
      ),
  };
}

function pageOf(names: readonly string[], { after, limit }: Page): readonly string[] {
  const inOrder = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const start = after === null ? Buffer.alloc(0) : Buffer.from(after);
  return inOrder.filter((it) => Buffer.compare(Buffer.from(it), start) > 0).slice(0, limit);
}
