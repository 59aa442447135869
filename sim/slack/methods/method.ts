import type { Arguments } from "../arguments.ts";
import type { JsonObject } from "../json.ts";
import type { World } from "../world.ts";

/** One method of the Web API. */
export type Method = {
  readonly token: "bot" | "app";
  /** One of these is needed; none listed: none needed. */
  readonly scopes: readonly string[];
  readonly perMinute: number;
  readonly takes: Arguments;
  /** What goes into the answer beside `ok: true`. Refuses by throwing a Refusal. */
  run(args: JsonObject, world: World): JsonObject;
};

/** Calls per minute, of the whole app. */
export const tier = { two: 20, three: 50, four: 100, special: 300 } as const;
