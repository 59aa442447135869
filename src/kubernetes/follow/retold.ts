import { crc32 } from "node:zlib";
import type { Reading } from "../bytes/reading.ts";

/** One object, as a stream tells it. Without a sum nobody can see that it is told again. */
export type Item =
  | { readonly kind: "read"; readonly object: unknown; readonly sum: number | null }
  /** It is as it was told before. */
  | { readonly kind: "retold"; readonly uid: string };

export type Retold = {
  /** No more than the uid of what was last taken in these very bytes. Throws a SyntaxError when it is no JSON. */
  item(json: Buffer, read: Reading): Item;
  /** What is known of this object now is what had this sum. Null: nobody knows what. */
  took(uid: string, sum: number | null): void;
  /** All others are gone. */
  keep(uids: ReadonlySet<string>): void;
};

/**
 * Remembers in what bytes a stream last told each object, so that a list which tells them again costs a sum over each, and
 * no parsing. The resource version alone would not do: after etcd was restored, the same one can be another object.
 */
export function createRetold(): Retold {
  const sums = new Map<string, number>();

  function item(json: Buffer, read: Reading): Item {
    const sum = sumOf(json);
    const uid = sum === null || sums.size === 0 ? null : textAfter(json, uidKey);
    if (uid !== null && sums.get(uid) === sum) return { kind: "retold", uid };
    if (uid !== null) sums.delete(uid); // what comes behind it in the same chunk is asked about before this was taken
    return { kind: "read", object: read(json), sum };
  }

  function took(uid: string, sum: number | null): void {
    if (sum === null) sums.delete(uid);
    else sums.set(uid, sum);
  }

  function keep(uids: ReadonlySet<string>): void {
    for (const uid of sums.keys()) if (!uids.has(uid)) sums.delete(uid);
  }

  return { item, took, keep };
}

/** Those of the object itself come first: servers write the fields of metadata in this order, its owners behind them. */
const uidKey = Buffer.from('"uid":"');
const versionKey = Buffer.from('"resourceVersion":"');

/** The last 21 bits of its resource version and 32 of its bytes: as much as a number holds. Null: it has no version that is one. */
function sumOf(json: Buffer): number | null {
  const version = Number(textAfter(json, versionKey) ?? Number.NaN);
  return Number.isSafeInteger(version) && version > 0 ? (version % 2 ** 21) * 2 ** 32 + crc32(json) : null;
}

function textAfter(json: Buffer, key: Buffer): string | null {
  const at = json.indexOf(key);
  if (at === -1) return null;
  const from = at + key.length;
  const end = json.indexOf(quote, from);
  return end === -1 || end - from > longest ? null : json.toString("latin1", from, end);
}

const quote = 0x22;
const longest = 64;
