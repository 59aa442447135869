import { blocksIn, elementsOf } from "../blocks/walk.ts";
import { isObject, type JsonObject, listAt, stringAt } from "../json.ts";
import { impossible } from "../refusal.ts";
import { valueMember } from "../state.ts";

export type Found = {
  readonly element: JsonObject;
  readonly block: JsonObject;
  readonly blockId: string;
  readonly actionId: string;
  /** The attachment it sits in, counted from 1; null: in none. */
  readonly attachment: number | null;
};

type Shown = { readonly blocks: readonly unknown[]; readonly attachments: readonly unknown[] };

/** By action_id, and by block_id too where several blocks have it. */
export function findElement(shown: Shown, actionId: string, blockId?: string): Found {
  const attached = shown.attachments.flatMap((it, index) => elementsIn(listAt(it, "blocks"), index + 1));
  const all = [...elementsIn(shown.blocks, null), ...attached];
  const matching = all.filter((it) => it.actionId === actionId && (blockId === undefined || it.blockId === blockId));
  const [found, other] = matching;
  const seen = all.map((it) => it.actionId).join(", ");
  if (!found) return impossible(`there is no ${actionId} to press; there is: ${seen === "" ? "nothing" : seen}`);
  if (other) impossible(`several blocks have ${actionId}: say which block`);
  return found;
}

export function elementsIn(blocks: readonly unknown[], attachment: number | null): readonly Found[] {
  return blocksIn(blocks, "").flatMap((block) =>
    elementsOf(block).map(({ value: element }) => ({
      element,
      block: block.value,
      blockId: stringAt(block.value, "block_id") ?? "",
      actionId: stringAt(element, "action_id") ?? "",
      attachment,
    })),
  );
}

export type Value = string | readonly string[];

/** What a payload says of an element when somebody pressed it or chose something. */
export function chosen(element: JsonObject, value: Value | undefined, offered: readonly unknown[]): JsonObject {
  const type = stringAt(element, "type") ?? "";
  if (type === "button") {
    if (value !== undefined) impossible("a button has its own value");
    const { text, value: own } = element;
    return { type, text, ...(own === undefined ? {} : { value: own }) };
  }
  if (value === undefined) return impossible(`say what to choose in ${type}`);
  if (type === "overflow") return { type, selected_option: pick(offered, one(value)) };
  const member = valueMember(element) ?? impossible(`nothing can be chosen in ${type}`);
  return { type, [member]: held(member, value, offered) };
}

function held(member: string, value: Value, offered: readonly unknown[]): unknown {
  switch (member) {
    case "selected_option":
      return pick(offered, one(value));
    case "selected_options":
      return many(value).map((it) => pick(offered, it));
    case "selected_date_time":
      return Number(one(value));
    case "selected_users":
    case "selected_channels":
    case "selected_conversations":
      return many(value);
  }
  return one(value);
}

/** The options of an element, in groups or not. */
export function optionsOf(element: JsonObject): readonly unknown[] {
  return [...listAt(element, "options"), ...listAt(element, "option_groups").flatMap((it) => listAt(it, "options"))];
}

function pick(offered: readonly unknown[], value: string): JsonObject {
  const found = offered.find((it) => stringAt(it, "value") === value);
  const values = offered.map((it) => stringAt(it, "value")).join(", ");
  return isObject(found) ? found : impossible(`${value} is not offered; there is: ${values}`);
}

function one(value: Value): string {
  return typeof value === "string" ? value : impossible("only one can be chosen");
}

function many(value: Value): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
