import type { Meters } from "../../ports.ts";
import type { Asking } from "../ask.ts";

type Deps = { readonly asking: Asking; readonly meters: Pick<Meters, "answered">; readonly now: () => number };

/** The same asking, and how long each answer took is told, also of one that failed. */
export function measured({ asking, meters, now }: Deps): Asking {
  async function timed<T>(question: "typed" | "pressed", answer: () => Promise<T>): Promise<T> {
    const began = now();
    try {
      return await answer();
    } finally {
      meters.answered({ question, seconds: (now() - began) / 1000 });
    }
  }

  return {
    ask: async (...asked) => timed("typed", async () => asking.ask(...asked)),
    again: async (...asked) => timed("pressed", async () => asking.again(...asked)),
    wanted: asking.wanted,
    about: async (...asked) => timed("pressed", async () => asking.about(...asked)),
  };
}
