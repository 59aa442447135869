import { closeArray, endOfString, openArray, quote } from "./json.ts";

/** The text of some JSON. */
export type TextOf = (json: Buffer) => string;

export const wholeText: TextOf = (json) => json.toString("utf8");

/**
 * The text without what is in arrays of that name. Half of an object is its managed fields, and parsing them costs more than
 * half. `"name":[` is a key wherever it stands: inside of a string its quotes would be escaped.
 */
export function createTrim(name: string, endOf = endOfArray): TextOf {
  const start = Buffer.from(`"${name}":[`);
  return (json) => {
    const kept = json.length <= workspace.length ? workspace : Buffer.allocUnsafe(json.length);
    let length = 0;
    let from = 0;
    for (let at = json.indexOf(start); at !== -1; at = json.indexOf(start, from)) {
      const end = endOf(json, at + start.length);
      if (end === -1) break; // it breaks off: whoever parses it will say so
      length += json.copy(kept, length, from, at + start.length);
      from = end;
    }
    length += json.copy(kept, length, from);
    return kept.toString("utf8", 0, length);
  };
}

/** What is left is put together here: a text made of pieces would be copied once more when it is parsed. */
const workspace = Buffer.alloc(64 * 1024);

/** Where the array that begins before `from` is closed; -1 when it is not. */
export function endOfArray(json: Buffer, from: number): number {
  for (let at = from, depth = 1; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) at = endOfString(json, at + 1);
    else if (byte === openArray) depth += 1;
    else if (byte === closeArray) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}
