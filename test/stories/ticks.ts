import { z } from "zod";

const Checkboxes = z.object({
  element: z.object({ action_id: z.string(), options: z.array(z.object({ value: z.string() })) }),
});

/** All that can be ticked there. */
export function optionsOf(blocks: unknown, actionId: string): readonly string[] {
  const all = z
    .array(z.unknown())
    .parse(blocks)
    .flatMap((it) => Checkboxes.safeParse(it).data ?? []);
  return all
    .filter((it) => it.element.action_id === actionId)
    .flatMap((it) => it.element.options.map(({ value }) => value));
}
