/** Names that count up, so that two runs of a test give the same ones. */
export type Ids = {
  /** `V0000001` and so on. */
  next(prefix: string): string;
  /** A message's time stamp: never the same twice, never running backwards. */
  ts(): string;
  /** Seconds and fraction, of now. */
  stamp(): string;
};

export function createIds(now: () => number): Ids {
  let count = 0;
  let last = 0;
  return {
    next: (prefix) => {
      count += 1;
      return `${prefix}${count.toString(36).toUpperCase().padStart(7, "0")}`;
    },
    ts: () => {
      last = Math.max(last + 1, Math.floor(now() * 1_000));
      return micros(last);
    },
    stamp: () => micros(Math.floor(now() * 1_000)),
  };
}

function micros(value: number): string {
  return `${Math.floor(value / 1_000_000)}.${String(value % 1_000_000).padStart(6, "0")}`;
}
