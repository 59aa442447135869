import type { EpochMs } from "../core/workload.ts";
import type { Commit, Key, Page, Put } from "../ports.ts";
import { StoreFault } from "./fault.ts";

/** A commit in plain words and JSON, as both stores write it. */
export type Change = {
  readonly id: string;
  readonly expect: readonly { readonly name: string; readonly version: string | null }[];
  readonly put: readonly { readonly name: string; readonly json: string; readonly expiresAt: EpochMs | null }[];
  readonly remove: readonly string[];
  readonly append: readonly { readonly log: string; readonly at: EpochMs; readonly json: string }[];
  readonly drop: readonly string[];
  readonly add: readonly string[];
  readonly trim: readonly { readonly log: string; readonly horizon: EpochMs }[];
};

/** Checks it before any of it is written: what could not be read back is a fault of ours. */
export function changeOf({ id, expect, put, remove, append, index, trim }: Commit): Change {
  const change = {
    id: idOf(id),
    expect: (expect ?? []).map(({ key, version }) => ({
      name: nameOf(key),
      version: version === null ? null : idOf(version),
    })),
    put: (put ?? []).map(putOf),
    remove: (remove ?? []).map(nameOf),
    append: (append ?? []).map((it) => ({ log: nameOf(it.log), at: timeOf(it.at), json: jsonOf(it.log, it.value) })),
    drop: (index?.drop ?? []).map(textOf),
    add: (index?.add ?? []).map(textOf),
    trim: (trim ?? []).map(({ log, horizon }) => ({ log: nameOf(log), horizon: timeOf(horizon) })),
  };
  const written = [...change.put.map((it) => it.name), ...change.remove];
  const twice = written.find((name, at) => written.indexOf(name) !== at);
  if (twice !== undefined) throw new StoreFault(`one commit writes ${twice} twice`);
  return change;
}

function idOf(id: string): string {
  if (/^[\w-]{1,64}$/.test(id)) return id;
  throw new StoreFault("the id of a commit is 1 to 64 letters, digits, - and _");
}

function putOf({ key, value, expiresAt }: Put): Change["put"][number] {
  return {
    name: nameOf(key),
    json: jsonOf(key, value),
    expiresAt: expiresAt === undefined ? null : timeOf(expiresAt),
  };
}

export function nameOf({ name }: Key<unknown>): string {
  return textOf(name);
}

/** Half a character (a lone surrogate) would be stored as another one. */
function textOf(text: string): string {
  if (text !== "" && text.isWellFormed()) return text;
  throw new StoreFault(`${JSON.stringify(text)} cannot be a name in the store`);
}

function jsonOf(key: Key<unknown>, value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new StoreFault(`there is no value to keep as ${key.name}`);
  try {
    key.parse(JSON.parse(json));
  } catch (cause) {
    throw new StoreFault(`the value for ${key.name} is not what it should be, and was not kept`, { cause });
  }
  return json;
}

/** Redis names entries by their time, and has none at 0. The latest is the last that a Date can hold. */
export function timeOf(at: EpochMs): EpochMs {
  if (Number.isInteger(at) && at > 0 && at <= 8.64e15) return at;
  throw new StoreFault(`${at} is not a time: whole milliseconds since 1970`);
}

export function pageOf({ after, limit }: Page): Page {
  return { after: after === null ? null : textOf(after), limit: limitOf(limit) };
}

export function prefixOf(prefix: string): string {
  return prefix === "" ? "" : textOf(prefix);
}

export function limitOf(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new StoreFault(`${limit} is not a number of results from 1 to 1000`);
}

export function valueOf<T>(key: Key<T>, json: string): T {
  try {
    return key.parse(JSON.parse(json));
  } catch (cause) {
    throw new StoreFault(`what is stored as ${key.name} is not what it should be`, { cause });
  }
}

/** The smallest bytes that are behind everything with this prefix: UTF-8 has no byte 255. */
export function behind(prefix: string): Buffer {
  return Buffer.concat([Buffer.from(prefix), Buffer.of(255)]);
}

/** Expired records are swept this long after, so that a replica whose clock is fast takes nothing from the others. */
export const sweptAfterMs = 3_600_000;

/** So many of the latest commits are remembered by their id. */
export const remembered = 10_000;

/** The shape of what is stored. One that is newer than this is not touched. */
export const schemaVersion = 1;
