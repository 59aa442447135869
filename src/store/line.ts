import { z } from "zod";

/** A store as lines of JSON, the same for both stores. The first line says how to read the others, the last that none is missing. */
export const Line = z.union([
  z.strictObject({ schema: z.number() }),
  z.strictObject({
    record: z.string(),
    version: z.string(),
    expiresAt: z.number().nullable(),
    value: z.unknown(),
  }),
  z.strictObject({ log: z.string(), at: z.number(), value: z.unknown() }),
  z.strictObject({ index: z.string() }),
  z.strictObject({ end: z.number() }),
]);

export type Item = Extract<z.infer<typeof Line>, { record: string } | { log: string } | { index: string }>;

/** What a store can do besides the port: be moved. Only while nobody else uses it. */
export type Movable = {
  /** All that is there, the entries of a log from old to new. */
  dump(): AsyncIterable<Item>;
  /** Into a store where nothing is. All of them or none: one that was cut short is refused until it is filled again. */
  load(items: AsyncIterable<Item>): Promise<void>;
};
