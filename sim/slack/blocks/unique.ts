import { isObject, type JsonObject, stringAt } from "../json.ts";
import type { Finding } from "./schema.ts";
import { elementsOf, type Place, textsIn } from "./walk.ts";

type Blocks = readonly Place<JsonObject>[];

/** A block_id is unique in the whole payload, an action_id within its block. */
export function duplicates(blocks: Blocks): readonly Finding[] {
  const inBlocks = blocks.flatMap((it) => repeated(elementsOf(it), "action_id"));
  return [...repeated(blocks, "block_id"), ...inBlocks];
}

function repeated(places: Blocks, key: "block_id" | "action_id"): readonly Finding[] {
  const seen = new Set<string>();
  return places.flatMap(({ value, pointer }) => {
    const id = stringAt(value, key);
    if (id === undefined) return [];
    if (seen.has(id)) return [{ pointer: `${pointer}/${key}`, message: `\`${key}\` must be unique: ${id}` }];
    seen.add(id);
    return [];
  });
}

/** Only one element of a view may take the focus. */
export function severalFocused(blocks: Blocks): readonly Finding[] {
  const focused = blocks.flatMap(elementsOf).filter((it) => it.value["focus_on_load"] === true);
  return focused.slice(1).map(({ pointer }) => ({
    pointer: `${pointer}/focus_on_load`,
    message: "only one element can have focus_on_load",
  }));
}

export function tables(blocks: Blocks): Blocks {
  return blocks.filter(({ value }) => value["type"] === "table" || value["type"] === "data_table");
}

/** How many characters of text these blocks hold, labels of buttons and options included. */
export function characters(blocks: Blocks): number {
  return blocks
    .flatMap((it) => textsIn(it))
    .map(({ value }) => stringAt(value, "text")?.length ?? 0)
    .reduce((sum, length) => sum + length, 0);
}

export function hasInput(blocks: Blocks): boolean {
  return blocks.some(({ value }) => isObject(value) && value["type"] === "input");
}
