import { createHash } from "node:crypto";

const escaped = /[<>&\u2028\u2029]/g;

/** JSON as Go writes it: these five characters are always escaped inside strings, which byte comparisons then see. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(escaped, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal as JSON: key order and undefined members do not count. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** A short name made from a value, in letters that cannot spell anything. The same value gives the same name. */
export function shortHash(value: unknown, length: number): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  const bytes = createHash("sha256").update(canonical(value)).digest();
  return Array.from(bytes.subarray(0, length), (byte) => letters.charAt(byte % letters.length)).join("");
}

function canonical(value: unknown): string {
  return JSON.stringify(value, sortKeys) ?? "undefined";
}

function sortKeys(_key: string, it: unknown): unknown {
  return isRecord(it) ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1))) : it;
}

/** A value as a message shows it. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
