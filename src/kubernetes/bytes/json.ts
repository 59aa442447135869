/** The bytes that give JSON its form. */
export const [quote, comma] = [0x22, 0x2c] as const;
export const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

/**
 * Where the string ends that was begun before `from`. The length, or one more, where it does not end here: then so many of
 * the bytes that follow belong to it unseen.
 */
export function endOfString(json: Uint8Array, from: number): number {
  let at = from;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

const backslash = 0x5c;
