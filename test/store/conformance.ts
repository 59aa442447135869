import { afterAll, beforeEach } from "vitest";
import type { Store } from "../../src/ports.ts";
import { keepsCommits } from "./commits.ts";
import { type Hands, handsOn, noon } from "./given.ts";
import { keepsNames } from "./names.ts";
import { keepsOrder } from "./orders.ts";
import { followsModel } from "./sequences.ts";

export type OpenStore = (clock: { readonly now: () => number }) => Store & AsyncDisposable;

/** What every store promises. `open` gives an empty one each time. */
export function conforms(open: OpenStore): void {
  const opened: AsyncDisposable[] = [];
  let hands: Hands;
  beforeEach(() => {
    const clock = { at: noon };
    const store = open({ now: () => clock.at });
    opened.push(store);
    hands = handsOn(store, clock);
  });
  afterAll(async () => {
    for (const store of opened) await store[Symbol.asyncDispose]();
  });

  keepsCommits(() => hands);
  keepsOrder(() => hands);
  keepsNames(() => hands);
  followsModel(open);
}
