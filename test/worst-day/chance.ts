export type Chance = {
  /** From 0 up to 1. */
  next(): number;
  shuffled<T>(all: readonly T[]): readonly T[];
};

/** The same seed gives the same day. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;

  function next(): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  }

  function shuffled<T>(all: readonly T[]): readonly T[] {
    const drawn = all.map((it) => ({ it, at: next() }));
    return drawn.toSorted((a, b) => a.at - b.at).map(({ it }) => it);
  }

  return { next, shuffled };
}
