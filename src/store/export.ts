import { schemaVersion } from "./change.ts";
import { StoreFault } from "./fault.ts";
import { type Item, Line, type Movable } from "./line.ts";

/** A whole store as lines of JSON, of one form for all kinds of store. While nobody else uses it. */
export async function* exported({ dump }: Pick<Movable, "dump">): AsyncIterable<string> {
  yield lineOf({ schema: schemaVersion });
  let count = 0;
  for await (const item of dump()) {
    count += 1;
    yield lineOf(item);
  }
  yield lineOf({ end: count });
}

/** Some readers take U+2028 and U+2029 for the end of a line; JSON leaves them as they are. */
function lineOf(line: Line): string {
  const json = JSON.stringify(line)
    .replaceAll("\u2028", String.raw`\u2028`)
    .replaceAll("\u2029", String.raw`\u2029`);
  return `${json}\n`;
}

/** Fills a store where nothing is. Tells how many records, entries and strings there were. */
export async function imported({ load }: Pick<Movable, "load">, lines: AsyncIterable<string>): Promise<number> {
  let count = 0;
  async function* counted(): AsyncIterable<Item> {
    for await (const item of itemsOf(lines)) {
      count += 1;
      yield item;
    }
  }
  await load(counted());
  return count;
}

/** Throws at the first line that is not one of ours, and at the end when there was no last line: then nothing is kept. */
async function* itemsOf(lines: AsyncIterable<string>): AsyncIterable<Item> {
  let number = 0;
  let state: "first" | "items" | "ended" = "first";
  for await (const text of lines) {
    number += 1;
    const line = parsed(text, number);
    const isFirst = "schema" in line;
    if (isFirst !== (state === "first") || state === "ended") throw misplaced(number);
    if (isFirst) {
      if (line.schema !== schemaVersion)
        throw new StoreFault(`this is an export of schema ${line.schema}, and this version knows ${schemaVersion}`);
      state = "items";
    } else if ("end" in line) {
      if (line.end !== number - 2) throw misplaced(number);
      state = "ended";
    } else yield line;
  }
  if (state !== "ended") throw new StoreFault(`this export is cut off after line ${number}`);
}

function parsed(text: string, number: number): Line {
  try {
    return Line.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreFault(`line ${number} is not a line of an export`, { cause });
  }
}

function misplaced(number: number): StoreFault {
  return new StoreFault(`line ${number} is not what comes there in an export`);
}
