import { z } from "zod";
import type { Desk } from "../desk/desk.ts";
import type { Stage } from "../stage.ts";

/** What was asked for is not there, or not in this shape; else what to answer, undefined for nothing. */
export type Acted =
  | { readonly kind: "unknown" }
  | { readonly kind: "malformed" }
  | { readonly kind: "done"; readonly answer: object | undefined };

const id = z.string().max(300);
const spot = { person: id, channel: id };
const where = { ...spot, message: id.optional(), view: id.optional() };
const value = z.union([z.string().max(3_000), z.array(z.string().max(300)).max(100)]);

/** All that the page can ask for, by path. */
export function createActs({ desk, stage }: { readonly desk: Desk; readonly stage: Stage }) {
  const acts = new Map([
    [
      "/type",
      on(z.object({ ...spot, thread: id.nullable(), text: z.string().trim().min(1).max(3_000) }), async (it) =>
        desk.type(it),
      ),
    ],
    [
      "/press",
      on(z.object({ ...where, blockId: id, actionId: id, value: value.optional() }), async (it) => desk.press(it)),
    ],
    [
      "/suggest",
      on(z.object({ ...where, blockId: id, actionId: id, query: z.string().max(300) }), async (it) => desk.suggest(it)),
    ],
    ["/submit", on(z.object({ ...spot, view: id, values: z.record(id, value) }), async (it) => desk.submit(it))],
    ["/dismiss", on(z.object({ ...spot, view: id }), async (it) => desk.dismiss(it))],
    ["/shortcut", on(z.object({ ...spot, message: id, id }), async (it) => desk.shortcut(it))],
    ["/lever", on(z.object({ id }), async (it) => stage.pull(it.id))],
    ["/step", on(z.object({ id }), async (it) => stage.take(it.id))],
  ]);
  return async (path: string, body: unknown): Promise<Acted> =>
    acts.get(path)?.(body) ?? Promise.resolve({ kind: "unknown" });
}

function on<T>(shape: z.ZodType<T>, act: (asked: T) => Promise<object | void>) {
  return async (body: unknown): Promise<Acted> => {
    const read = shape.safeParse(body);
    if (!read.success) return { kind: "malformed" };
    const answer = await act(read.data);
    return { kind: "done", answer: answer ?? undefined };
  };
}
