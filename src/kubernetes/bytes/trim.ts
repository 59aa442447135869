/** The text of some JSON. */
export type TextOf = (json: Buffer) => string;

export const wholeText: TextOf = (json) => json.toString("utf8");

/**
 * The text without what is in arrays of that name. Half of an object is its managed fields, and parsing them costs more than
 * half. `"name":[` is a key wherever it stands: inside of a string its quotes would be escaped.
 */
export function createTrim(name: string): TextOf {
  const start = Buffer.from(`"${name}":[`);
  return (json) => {
    let text = "";
    let from = 0;
    for (let at = json.indexOf(start); at !== -1; at = json.indexOf(start, from)) {
      const end = endOfArray(json, at + start.length);
      if (end === -1) break; // it breaks off: whoever parses it will say so
      text += json.toString("utf8", from, at + start.length);
      from = end;
    }
    return text + json.toString("utf8", from);
  };
}

/** Where the array that begins before `from` is closed; -1 when it is not. */
function endOfArray(json: Uint8Array, from: number): number {
  for (let at = from, depth = 1; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) at = endOfString(json, at);
    else if (byte === open) depth += 1;
    else if (byte === close) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

const [quote, backslash, open, close] = [0x22, 0x5c, 0x5b, 0x5d] as const;
