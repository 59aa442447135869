import { z } from "zod";

const Name = z.string().min(1);

/** A store as lines of JSON, the same for both stores. The first line says how to read the others, the last that none is missing. */
export const Line = z.union([
  z.strictObject({ schema: z.int() }),
  z.strictObject({
    record: Name,
    version: z.string().regex(/^[\w-]{1,64}$/),
    expiresAt: z.int().positive().nullable(),
    value: z.unknown().refine((it) => it !== undefined),
  }),
  z.strictObject({ log: Name, at: z.int().positive(), value: z.unknown().refine((it) => it !== undefined) }),
  z.strictObject({ index: Name }),
  z.strictObject({ end: z.int() }),
]);

export type Line = z.infer<typeof Line>;

export type Item = Extract<Line, { record: string } | { log: string } | { index: string }>;

/** What a store can do besides the port: be moved. Only while nobody else uses it. */
export type Movable = {
  /** All that is there, the entries of a log from old to new. */
  dump(): AsyncIterable<Item>;
  /** Into a store where nothing is. All of them or none: one that was cut short is refused until it is filled again. */
  load(items: AsyncIterable<Item>): Promise<void>;
};
