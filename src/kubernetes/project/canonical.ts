/**
 * As JSON, keys in order, and nothing for null: older servers write `creationTimestamp: null` into every template. A template
 * has a hundred fields, and there are tens of thousands of them: so the engine writes, and nobody puts keys in order twice.
 */
export function canonical(value: unknown): string {
  return JSON.stringify(inOrder(value)) ?? "null";
}

/** But for keys that are whole numbers, which the engine puts first, and in an order of its own. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of sorted(Object.keys(value))) {
    const field = value[key];
    if (field === null) continue;
    if (key === "__proto__") Object.defineProperty(copy, key, { value: inOrder(field), enumerable: true });
    else copy[key] = inOrder(field);
  }
  return copy;
}

type Known = { readonly keys: readonly string[]; readonly sorted: readonly string[] };

/** What fields an object of the API has comes again and again: those that begin with the same one are looked through. */
const known = new Map<string, Known[]>();
const mostAlike = 64;
const mostKnown = 1_000;

function sorted(keys: readonly string[]): readonly string[] {
  const first = keys[0];
  if (first === undefined) return keys;
  const alike = known.get(first) ?? [];
  const found = alike.find((it) => areSame(it.keys, keys));
  if (found) return found.sorted;
  const own = { keys, sorted: keys.toSorted() };
  if (alike.length < mostAlike) alike.push(own);
  if (known.size < mostKnown) known.set(first, alike);
  return own.sorted;
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((it, at) => it === others[at]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
