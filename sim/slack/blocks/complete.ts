import { isObject, listAt } from "../json.ts";

/** Blocks as Slack gives them back: every block and every element has an id, ours or a new one. */
export function withIds(blocks: readonly unknown[], newId: () => string): readonly unknown[] {
  return blocks.map((block) => {
    if (!isObject(block)) return block;
    return {
      block_id: newId(),
      ...block,
      ...("child_blocks" in block ? { child_blocks: withIds(listAt(block, "child_blocks"), newId) } : {}),
      ...("accessory" in block ? { accessory: element(block["accessory"], newId) } : {}),
      ...("element" in block ? { element: element(block["element"], newId) } : {}),
      ...(block["type"] === "actions" ? { elements: listAt(block, "elements").map((it) => element(it, newId)) } : {}),
    };
  });
}

function element(value: unknown, newId: () => string): unknown {
  return isObject(value) && value["type"] !== "image" ? { action_id: newId(), ...value } : value;
}
