import { createItems } from "./items.ts";

export type ListReader<T> = {
  /** The values of the items that this chunk completes, or null when there is more of one than allowed. */
  push(chunk: Buffer): readonly T[] | null;
  /** The items that only the end has completed, and the list without any of them. */
  end(): { readonly items: readonly T[]; readonly rest: unknown };
};

/** What the first item begins with, all others do: servers write the fields of a kind in one order. */
const beginningBytes = 12;
/** A list's own fields come before its items, and are few. */
const longestHead = 64 * 1024;
const itemsOf = Buffer.from('"items":[');

/**
 * Reads a list as its bytes come. The end of an item is guessed: where a brace and a comma are followed by what the first
 * item began with. A guess is right when what comes before it can be parsed, since no beginning of an object is an object; a
 * wrong one costs another guess. To look at each byte (items.ts) takes many times as long, and is left for lists of another form.
 */
export function createListReader<T>(maxBytes: number, read: (json: Buffer) => T): ListReader<T> {
  const careful = createItems(maxBytes, read);
  let mode: "head" | "guessing" | "careful" = "head";
  let held: Buffer = Buffer.alloc(0);
  let between = itemsOf;
  /** Up to where `held` was searched. */
  let searched = 0;

  function push(chunk: Buffer): readonly T[] | null {
    if (mode === "careful") return careful.push(chunk);
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    if (mode === "head") return begin();
    return held.length > maxBytes ? null : guess();
  }

  function begin(): readonly T[] | null {
    const at = held.indexOf(itemsOf);
    const from = at + itemsOf.length;
    if ((at === -1 || held.length < from + beginningBytes) && held.length < longestHead) return [];
    const head = held.subarray(0, from);
    if (at === -1 || held[from] !== "{".charCodeAt(0) || !isWhole(head)) return handOver();
    careful.push(head);
    between = Buffer.concat([Buffer.from("},"), held.subarray(from, from + beginningBytes)]);
    held = held.subarray(from);
    mode = "guessing";
    return guess();
  }

  function guess(): readonly T[] {
    const items: T[] = [];
    let from = 0;
    for (let at = held.indexOf(between, searched); at !== -1; at = held.indexOf(between, at + 1)) {
      const value = attempt(held.subarray(from, at + 1));
      if (value === wrong) continue;
      items.push(value);
      from = at + 2;
    }
    searched = Math.max(0, held.length - between.length - from);
    held = held.subarray(from);
    return items;
  }

  function attempt(json: Buffer): T | typeof wrong {
    try {
      return read(json);
    } catch {
      return wrong;
    }
  }

  function handOver(): readonly T[] | null {
    mode = "careful";
    const all = held;
    held = Buffer.alloc(0);
    return careful.push(all);
  }

  function end() {
    const items = careful.push(held) ?? [];
    return { items, rest: JSON.parse(careful.rest()) as unknown };
  }

  return { push, end };
}

const wrong = Symbol("no JSON");

/** Whether the list that begins so is the one that is to be read, and not one inside of a field. */
function isWhole(head: Buffer): boolean {
  try {
    JSON.parse(`${head.toString("utf8")}]}`);
    return true;
  } catch {
    return false;
  }
}
