import { isObject, type JsonObject, listAt, stringAt } from "../json.ts";

export type Place<T> = { readonly value: T; readonly pointer: string };

/** Every block of a list, those inside containers too. */
export function blocksIn(blocks: unknown, pointer: string): readonly Place<JsonObject>[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((value: unknown, index) => {
    if (!isObject(value)) return [];
    const place = { value, pointer: `${pointer}/${index}` };
    if (value["type"] !== "container") return [place];
    // One level: a container takes no container.
    const inside = listAt(value, "child_blocks").flatMap((it, at) =>
      isObject(it) ? [{ value: it, pointer: `${place.pointer}/child_blocks/${at}` }] : [],
    );
    return [place, ...inside];
  });
}

/** The blocks of a message and of its attachments. */
export function blocksOfMessage(message: JsonObject): readonly Place<JsonObject>[] {
  const attached = listAt(message, "attachments").flatMap((it, index) =>
    blocksIn(isObject(it) ? it["blocks"] : undefined, `/attachments/${index}/blocks`),
  );
  return [...blocksIn(message["blocks"], "/blocks"), ...attached];
}

/** Without those inside containers, whose container holds them anyway. */
export function outermost(blocks: readonly Place<JsonObject>[]): readonly Place<JsonObject>[] {
  return blocks.filter(({ pointer }) => !pointer.includes("/child_blocks/"));
}

/** What can be pressed, chosen or filled in, of one block. */
export function elementsOf({ value, pointer }: Place<JsonObject>): readonly Place<JsonObject>[] {
  const elements = value["type"] === "actions" ? listAt(value, "elements") : [];
  const listed = elements.flatMap((it, index) =>
    isObject(it) ? [{ value: it, pointer: `${pointer}/elements/${index}` }] : [],
  );
  const single = ["accessory", "element"].flatMap((key) => {
    const it = value[key];
    return isObject(it) && it["type"] !== "image" ? [{ value: it, pointer: `${pointer}/${key}` }] : [];
  });
  return [...listed, ...single];
}

/** Deeper than anything Slack accepts, so that no nonsense exhausts the stack. */
const deepest = 16;

/** The object itself and every object inside it. */
export function objectsIn({ value, pointer }: Place<unknown>, depth = 0): readonly Place<JsonObject>[] {
  if (depth > deepest || typeof value !== "object" || value === null) return [];
  const own = isObject(value) ? [{ value, pointer }] : [];
  const inside = Object.entries(value).flatMap(([key, it]) =>
    objectsIn({ value: it, pointer: `${pointer}/${key}` }, depth + 1),
  );
  return [...own, ...inside];
}

/** Every object that carries text for readers. */
export function textsIn(place: Place<unknown>): readonly Place<JsonObject>[] {
  return objectsIn(place).filter(({ value }) => stringAt(value, "text") !== undefined);
}
