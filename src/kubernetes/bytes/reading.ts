import { createTrim, endOfArray, wholeText } from "./trim.ts";

/** The value of some JSON. Throws a SyntaxError when it is none. */
export type Reading = (json: Buffer) => unknown;

export const readWhole: Reading = (json) => JSON.parse(wholeText(json));

/**
 * Without what is in arrays of that name. Such an array nearly always ends at the next bracket, which is found a hundred times
 * as fast as by looking at each byte. Where it does not, what is left is no JSON: a bracket without its pair, or a quote.
 */
export function createReading(leftOut: string): Reading {
  const [quickly, carefully] = [createTrim(leftOut, nextClosing), createTrim(leftOut, endOfArray)];
  return (json) => {
    try {
      return JSON.parse(quickly(json));
    } catch {
      return JSON.parse(carefully(json));
    }
  };
}

function nextClosing(json: Buffer, from: number): number {
  return json.indexOf("]", from);
}
