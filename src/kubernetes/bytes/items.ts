import { closeArray, closeObject, comma, endOfString, openArray, openObject, quote } from "./json.ts";

export type Items<T> = {
  /** The items that this chunk completes, or null when there is more of one than allowed: then nothing more can be read. */
  push(chunk: Uint8Array): readonly T[] | null;
  /** What is left of the list without its items. */
  rest(): string;
};

/** How deep one is inside of the list's array: its items are the objects there. */
const inList = 2;

/**
 * Cuts the items out of a list as its bytes come. A page is megabytes of text, and many times that once it is parsed: so it
 * is never held as a whole, and nothing stands still for it.
 */
export function createItems<T>(maxBytes: number, of: (json: Buffer) => T): Items<T> {
  const around: Buffer[] = [];
  /** What came of the item that is under way. */
  let begun: Buffer[] | null = null;
  let keptBytes = 0;
  let depth = 0;
  let isList = false;
  /** How far into the next chunk a string goes on unseen; null outside of strings. */
  let unseen: number | null = null;

  function push(chunk: Uint8Array): readonly T[] | null {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const items: T[] = [];
    let from = 0;
    for (let at = unseen === null ? 0 : resume(bytes, unseen); at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === quote) at = resume(bytes, at + 1) - 1;
      else if (byte === openObject || byte === openArray) {
        if (isList && depth === inList && byte === openObject) {
          keep(bytes.subarray(from, at));
          [begun, from] = [[], at];
        }
        depth += 1;
        if (depth === inList) isList = byte === openArray;
      } else if (byte === closeObject || byte === closeArray) {
        depth -= 1;
        if (begun === null || depth !== inList) continue;
        items.push(of(Buffer.concat([...begun, bytes.subarray(from, at + 1)])));
        keptBytes -= begun.reduce((sum, it) => sum + it.length, 0);
        [begun, from] = [null, at + 1];
      } else if (byte === comma && isList && depth === inList) {
        keep(bytes.subarray(from, at)); // there is nothing left for it to part
        from = at + 1;
      }
    }
    keep(bytes.subarray(from));
    return keptBytes <= maxBytes ? items : null;
  }

  /** Answers what comes after the string. */
  function resume(bytes: Uint8Array, from: number): number {
    const end = endOfString(bytes, from);
    unseen = end >= bytes.length ? end - bytes.length : null;
    return end + 1;
  }

  function keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    (begun ?? around).push(bytes);
    keptBytes += bytes.length;
  }

  return { push, rest: () => Buffer.concat(around).toString("utf8") };
}
